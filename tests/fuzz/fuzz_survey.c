/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One input of a survey, in the format that FUZZ_FORMAT says. Whatever it is: reading ends, each
 * entry is one SEQUENCE out of the input's own memory, what is handed on is no more than the input
 * explains, and the same input gives the same again. A file of lines gives the same in two pieces,
 * cut where long files are cut. As a unit, which has a digest, it gives the same. Lines of JSON
 * give the same when only the parser of all JSON reads them.
 */
#include "command/survey/input/file/unit.h"
#include "command/survey/input/format/emit.h"
#include "command/survey/input/format/format.h"
#include "lib/base/hash.h"
#include "lib/names/der.h"
#include "tests/fuzz/fuzz.h"

typedef struct seen {
    const uint8_t *memory;
    size_t size;
    size_t entries, rejections, bytes; /* bytes: of certificates */
    uint64_t hash;                     /* of all that was handed on, in order */
} seen;

static void see_bytes(seen *s, rs_bytes bytes)
{
    s->hash = rs_hash_bytes(rs_hash_step(s->hash, bytes.n), bytes);
    s->bytes += bytes.n;
}

static void see_certificate(seen *s, rs_bytes der)
{
    rs_bytes content;
    CHECK(rs_der_only(der, RS_DER_SEQUENCE, &content));
    see_bytes(s, der);
}

static bool see_entry(void *context, const rs_survey_entry *entry)
{
    seen *s = context;
    s->entries++;
    see_certificate(s, entry->certificate);
    CHECK(entry->issuer_count < RS_SURVEY_CHAIN_MAX + 1);
    for (size_t i = 0; i < entry->issuer_count; i++)
        see_certificate(s, entry->issuers[i]);
    see_bytes(s, entry->precertificate);
    for (size_t i = 0; i < entry->fingerprint_count; i++)
        see_bytes(s, rs_bytes_make(entry->issuer_fingerprints[i], RS_SURVEY_SHA256_SIZE));
    if (entry->issuer_key_hash != NULL)
        see_bytes(s, rs_bytes_make(entry->issuer_key_hash, RS_SURVEY_SHA256_SIZE));
    CHECK((entry->issuer_key_hash != NULL) == entry->is_tbs);
    CHECK(entry->from_log || !entry->is_tbs);
    return true;
}

static bool see_rejection(void *context, rs_survey_rejection rejection)
{
    seen *s = context;
    CHECK(rejection < RS_SURVEY_REJECTION_COUNT);
    s->rejections++;
    s->hash = rs_hash_step(s->hash, rejection);
    return true;
}

static rs_json_reader *reader;

/* Adds what is in a copy of its own of the input. */
static void decode(seen *s, rs_bytes input)
{
    rs_survey_sink sink = {.context = s, .entry = see_entry, .rejected = see_rejection};
    uint8_t *copy = calloc(1, input.n + RS_JSON_PADDING);
    CHECK(copy != NULL);
    if (input.n > 0)
        memcpy(copy, input.p, input.n);
    CHECK(rs_survey_format_decode(FUZZ_FORMAT, reader, copy, input.n, &sink));
    free(copy);
}

static void decode_unit(seen *s, rs_bytes input)
{
    static rs_survey_unit unit;
    rs_survey_sink sink = {.context = s, .entry = see_entry, .rejected = see_rejection};
    CHECK(rs_survey_unit_begin(&unit, "input") && rs_survey_unit_reserve(&unit, input.n + 1));
    rs_survey_unit_put_first(&unit, input);
    unit.format = FUZZ_FORMAT;
    unit.bytes = rs_bytes_make(unit.buffer, input.n);
    rs_survey_unit_seal(&unit, 0);
    CHECK(!unit.is_rejected && rs_survey_unit_decode(&unit, &sink));
}

/* Lines are read one by one, but a joined chain may be of two pieces. */
static bool has_pieces(void)
{
    return FUZZ_FORMAT == RS_SURVEY_FORMAT_JSON_LINES || FUZZ_FORMAT == RS_SURVEY_FORMAT_CSV ||
           FUZZ_FORMAT == RS_SURVEY_FORMAT_HEX_LINES || FUZZ_FORMAT == RS_SURVEY_FORMAT_GET_ENTRIES;
}

/* With a space before each `{` that a line begins with: no such line is read as a plain one. */
static void decode_spaced(seen *s, rs_bytes input)
{
    uint8_t *spaced = malloc(2 * input.n + 1);
    size_t n = 0;
    CHECK(spaced != NULL);
    for (size_t i = 0; i < input.n; i++) {
        if (input.p[i] == '{' && (i == 0 || input.p[i - 1] == '\n'))
            spaced[n++] = ' ';
        spaced[n++] = input.p[i];
    }
    decode(s, rs_bytes_make(spaced, n));
    free(spaced);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    rs_bytes input = rs_bytes_make(data, size);
    seen one = {.hash = 0}, again = {.hash = 0}, sealed = {.hash = 0}, pieces = {.hash = 0};
    if (reader == NULL)
        reader = rs_json_reader_new();
    CHECK(reader != NULL);
    (void)rs_survey_format_tell(input);
    decode(&one, input);
    CHECK(one.bytes <= size && one.entries <= size && one.rejections <= size + 1);
    decode(&again, input);
    CHECK(one.hash == again.hash && one.entries == again.entries);
    decode_unit(&sealed, input);
    CHECK(one.hash == sealed.hash && one.entries == sealed.entries);
    if (FUZZ_FORMAT == RS_SURVEY_FORMAT_JSON_LINES) {
        seen spaced = {.hash = 0};
        decode_spaced(&spaced, input);
        CHECK(one.hash == spaced.hash && one.entries == spaced.entries);
    }
    size_t cut = rs_survey_format_cut(FUZZ_FORMAT, input);
    CHECK(cut <= size);
    if (cut > 0 && has_pieces()) {
        decode(&pieces, rs_bytes_make(data, cut));
        decode(&pieces, rs_bytes_skip(input, cut));
        CHECK(one.hash == pieces.hash && one.entries == pieces.entries);
    }
    return 0;
}
