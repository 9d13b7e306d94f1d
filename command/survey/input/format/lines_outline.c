/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/format/lines_outline.h"

#include "command/survey/input/format/get_entries.h"
#include "command/survey/input/format/plain_line.h"
#include "lib/base/little_endian.h"

#include <xxhash.h>

typedef struct outline {
    rs_striped_sha256 *hash;
    rs_issuer_ids *issuers;
} outline;

static void put_kind(const outline *o, char kind, size_t issuer_count)
{
    const uint8_t octets[] = {(uint8_t)kind, (uint8_t)issuer_count};
    rs_striped_sha256_update(o->hash, rs_bytes_make(octets, sizeof octets));
}

static void put_text(const outline *o, rs_bytes text)
{
    uint8_t size[4];
    rs_le32_put(size, (uint32_t)text.n);
    rs_striped_sha256_update(o->hash, rs_bytes_make(size, sizeof size));
    rs_striped_sha256_update(o->hash, text);
}

static void put_issuers(const outline *o, const rs_bytes *issuers, size_t count)
{
    uint8_t digests[RS_SURVEY_CHAIN_MAX][RS_SHA256_SIZE];
    for (size_t i = 0; i < count; i++)
        rs_issuer_ids_sha256(o->issuers, issuers[i], digests[i]);
    rs_striped_sha256_update(o->hash, rs_bytes_make(digests[0], count * RS_SHA256_SIZE));
}

static void put_chain(const outline *o, const rs_plain_line *line)
{
    put_kind(o, 'c', line->count - 1);
    put_text(o, line->texts[0]);
    put_issuers(o, line->texts + 1, line->count - 1);
}

/* What the log itself says: leaf_input and, right behind it, the precertificate with its size. */
static rs_bytes of_the_log(const rs_plain_line *line, const rs_survey_entry *entry)
{
    rs_bytes leaf_input = line->texts[0];
    size_t behind = entry->is_tbs ? (size_t)(entry->precertificate.p - line->texts[1].p) +
                                        entry->precertificate.n
                                  : 0;
    return rs_bytes_make(leaf_input.p, leaf_input.n + behind);
}

static void put_quickly(const outline *o, rs_bytes text)
{
    XXH128_canonical_t octets;
    XXH128_canonicalFromHash(&octets, XXH3_128bits(text.p, text.n));
    rs_striped_sha256_update(o->hash, rs_bytes_make(octets.digest, sizeof octets.digest));
}

static bool put_log_entry(const outline *o, const rs_plain_line *line)
{
    rs_survey_entry entry;
    rs_survey_rejection reason;
    rs_bytes issuers[RS_SURVEY_CHAIN_MAX];
    if (!rs_get_entries_read(line->texts[0], line->texts[1], &entry, issuers, &reason))
        return false;
    put_kind(o, 'l', entry.issuer_count);
    put_quickly(o, of_the_log(line, &entry));
    put_issuers(o, issuers, entry.issuer_count);
    return true;
}

/* Reads the first line and puts it. False: it is another. */
static bool put_plain(const outline *o, rs_plain_line *line, rs_bytes text)
{
    if (!rs_plain_line_read(line, text))
        return false;
    if (line->is_of_log)
        return put_log_entry(o, line);
    put_chain(o, line);
    return true;
}

static size_t put_as_it_is(const outline *o, rs_bytes text)
{
    const uint8_t *feed = memchr(text.p, '\n', text.n);
    size_t size = feed == NULL ? text.n : (size_t)(feed + 1 - text.p);
    put_kind(o, 't', 0);
    put_text(o, rs_bytes_make(text.p, size));
    return size;
}

size_t rs_lines_outline_hash(rs_striped_sha256 *hash, rs_issuer_ids *issuers, uint8_t *text,
                             size_t size, size_t *packed)
{
    const outline o = {hash, issuers};
    rs_plain_line line;
    size_t at = 0;
    for (*packed = 0; put_plain(&o, &line, rs_bytes_make(text + at, size - at)); at += line.size)
        *packed += rs_plain_line_pack(&line, text + *packed);
    rs_bytes rest = rs_bytes_make(text + at, size - at);
    while (rest.n > 0) {
        bool is_plain = put_plain(&o, &line, rest);
        rest = rs_bytes_skip(rest, is_plain ? line.size : put_as_it_is(&o, rest));
    }
    return at;
}
