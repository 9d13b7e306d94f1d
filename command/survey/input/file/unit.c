/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/file/unit.h"

#include "command/base/striped_sha256.h"
#include "command/survey/input/format/lines_outline.h"
#include "command/survey/input/format/plain_line.h"
#include "command/survey/input/format/tile.h"
#include "lib/base/little_endian.h"

#include <stdlib.h>
#include <xxhash.h>

enum { LINE = 64 }; /* of the cache */

void rs_survey_unit_clear(rs_survey_unit *unit)
{
    free(unit->name);
    free(unit->memory);
    rs_json_reader_free(unit->json);
    XXH3_freeState(unit->hash);
    rs_striped_sha256_free(unit->sha256);
    if (unit->issuers != NULL)
        rs_issuer_ids_clear(unit->issuers);
    free(unit->issuers);
    *unit = (rs_survey_unit){.name = NULL};
}

bool rs_survey_unit_reserve(rs_survey_unit *unit, size_t size)
{
    if (size <= unit->capacity)
        return true;
    size_t before = unit->memory == NULL ? 0 : (size_t)(unit->buffer - unit->memory);
    void *memory;
    if (posix_memalign(&memory, LINE, LINE + size + RS_JSON_PADDING) != 0)
        return false;
    if (unit->memory != NULL)
        memcpy(memory, unit->memory, before + unit->capacity);
    /* simdjson reads the padding, whatever it is; but not what nobody wrote. */
    memset((uint8_t *)memory + before + unit->capacity, 0,
           LINE - before + size - unit->capacity + RS_JSON_PADDING);
    free(unit->memory);
    unit->memory = memory;
    unit->buffer = unit->memory + before;
    unit->capacity = size;
    return true;
}

void rs_survey_unit_put_first(rs_survey_unit *unit, rs_bytes bytes)
{
    unit->buffer = unit->memory + (LINE - bytes.n % LINE) % LINE;
    if (bytes.n > 0)
        memcpy(unit->buffer, bytes.p, bytes.n);
}

/* False for want of memory. */
static bool need_hashes(rs_survey_unit *unit)
{
    if (unit->hash == NULL)
        unit->hash = XXH3_createState();
    if (unit->sha256 == NULL)
        unit->sha256 = rs_striped_sha256_new(RS_STRIPED_SHA256_BEST);
    if (unit->issuers == NULL)
        unit->issuers = calloc(1, sizeof *unit->issuers);
    return unit->hash != NULL && unit->sha256 != NULL && unit->issuers != NULL;
}

static void begin_hashes(rs_survey_unit *unit)
{
    unit->hashed = 0;
    XXH3_128bits_reset(unit->hash);
    rs_striped_sha256_begin(unit->sha256);
}

bool rs_survey_unit_begin(rs_survey_unit *unit, const char *name)
{
    char *copy = strdup(name);
    if (copy == NULL || !need_hashes(unit)) {
        free(copy);
        return false;
    }
    free(unit->name);
    unit->name = copy;
    unit->is_rejected = false;
    unit->error = 0;
    unit->bytes = rs_bytes_make(NULL, 0);
    unit->size_read = 0;
    memset(unit->tile, 0, sizeof unit->tile);
    unit->buffer = unit->memory;
    unit->packed = unit->others = 0;
    begin_hashes(unit);
    return true;
}

static bool is_of_log(rs_survey_format format)
{
    return format == RS_SURVEY_FORMAT_TILE || format == RS_SURVEY_FORMAT_GET_ENTRIES;
}

static void hash_number(XXH3_state_t *hash, uint64_t number)
{
    uint8_t octets[8];
    rs_le64_put(octets, number);
    XXH3_128bits_update(hash, octets, sizeof octets);
}

/* Short pieces that are hashed together: each call of the library costs as much as a piece. */
typedef struct pieces {
    XXH3_state_t *hash;
    size_t used;
    uint8_t bytes[8192];
} pieces;

static void hash_pieces(pieces *p)
{
    XXH3_128bits_update(p->hash, p->bytes, p->used);
    p->used = 0;
}

/* `n` is much less than there is room for. */
static void put_piece(pieces *p, const uint8_t *bytes, size_t n)
{
    if (p->used + n > sizeof p->bytes)
        hash_pieces(p);
    memcpy(p->bytes + p->used, bytes, n);
    p->used += n;
}

/* Takes in the ends of each entry. Returns what is behind those that are whole. */
static rs_bytes hash_entries(XXH3_state_t *hash, rs_bytes rest)
{
    enum { FIRST = 24, LAST = 160 };
    rs_survey_entry entry;
    rs_survey_rejection reason;
    rs_bytes hashed;
    const uint8_t *start = rest.p;
    pieces p;
    p.hash = hash;
    p.used = 0;
    for (; rs_tile_next(&rest, &entry, &hashed, &reason); start = rest.p) {
        size_t size = (size_t)(rest.p - start);
        uint8_t octets[8];
        rs_le64_put(octets, size);
        put_piece(&p, octets, sizeof octets);
        if (size <= FIRST + LAST) {
            put_piece(&p, start, size);
        } else {
            put_piece(&p, start, FIRST);
            put_piece(&p, rest.p - LAST, LAST);
        }
    }
    hash_pieces(&p);
    return rest;
}

void rs_survey_unit_hash(rs_survey_unit *unit, size_t size)
{
    if (unit->format == RS_SURVEY_FORMAT_JSON_LINES)
        return;
    if (unit->hashed > size)
        begin_hashes(unit);
    rs_bytes more = rs_bytes_make(unit->buffer + unit->hashed, size - unit->hashed);
    rs_bytes rest = rs_bytes_make(NULL, 0);
    if (unit->format == RS_SURVEY_FORMAT_TILE)
        rest = hash_entries(unit->hash, more);
    else if (unit->format == RS_SURVEY_FORMAT_GET_ENTRIES)
        XXH3_128bits_update(unit->hash, more.p, more.n);
    else
        rs_striped_sha256_update(unit->sha256, more);
    unit->hashed = size - rest.n;
}

/* Sets the digest of what is not hashed by SHA-256. */
static void seal_quickly(rs_survey_unit *unit, uint64_t position)
{
    uint64_t number = unit->is_rejected ? position : unit->bytes.n;
    XXH128_canonical_t hash;
    if (unit->is_rejected) {
        XXH3_128bits_reset(unit->hash);
        hash_number(unit->hash, unit->rejection);
        XXH3_128bits_update(unit->hash, unit->name, strlen(unit->name));
    } else {
        rs_survey_unit_hash(unit, unit->bytes.n);
        /* Of a tile, what is behind its entries. */
        rs_bytes rest = rs_bytes_skip(unit->bytes, unit->hashed);
        XXH3_128bits_update(unit->hash, rest.p, rest.n);
    }
    XXH128_canonicalFromHash(&hash, XXH3_128bits_digest(unit->hash));
    memset(unit->digest, 0, sizeof unit->digest);
    memcpy(unit->digest, hash.digest, sizeof hash.digest);
    rs_le64_put(unit->digest + sizeof hash.digest, number);
}

void rs_survey_unit_seal(rs_survey_unit *unit, uint64_t position)
{
    if (!unit->is_rejected && !is_of_log(unit->format)) {
        if (unit->format == RS_SURVEY_FORMAT_JSON_LINES)
            unit->others = rs_lines_outline_hash(unit->sha256, unit->issuers, unit->buffer,
                                                 unit->bytes.n, &unit->packed);
        else
            rs_survey_unit_hash(unit, unit->bytes.n);
        if (rs_striped_sha256_final(unit->sha256, unit->digest))
            return;
        unit->is_rejected = true;
        unit->rejection = RS_SURVEY_UNREADABLE;
    }
    seal_quickly(unit, position);
}

static bool decode_packed(rs_bytes packed, const rs_survey_sink *sink)
{
    rs_plain_line line;
    while (packed.n > 0) {
        rs_plain_line_unpack(&line, &packed);
        if (!rs_plain_line_decode(&line, sink))
            return false;
    }
    return true;
}

bool rs_survey_unit_decode(rs_survey_unit *unit, const rs_survey_sink *sink)
{
    if (unit->is_rejected)
        return sink->rejected(sink->context, unit->rejection);
    if (rs_survey_format_is_json(unit->format) && unit->json == NULL) {
        unit->json = rs_json_reader_new();
        if (unit->json == NULL)
            return false;
    }
    return decode_packed(rs_bytes_make(unit->buffer, unit->packed), sink) &&
           rs_survey_format_decode(unit->format, unit->json, unit->buffer + unit->others,
                                   unit->bytes.n - unit->others, sink);
}
