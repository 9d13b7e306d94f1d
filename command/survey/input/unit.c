/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/unit.h"

#include <stdlib.h>
#include <xxhash.h>

void rs_survey_unit_clear(rs_survey_unit *unit)
{
    free(unit->name);
    free(unit->buffer);
    rs_json_reader_free(unit->json);
    *unit = (rs_survey_unit){.name = NULL};
}

bool rs_survey_unit_reserve(rs_survey_unit *unit, size_t size)
{
    if (size <= unit->capacity)
        return true;
    uint8_t *buffer = realloc(unit->buffer, size + RS_JSON_PADDING);
    if (buffer == NULL)
        return false;
    /* simdjson reads the padding, whatever it is; but not what nobody wrote. */
    memset(buffer + unit->capacity, 0, size + RS_JSON_PADDING - unit->capacity);
    unit->buffer = buffer;
    unit->capacity = size;
    return true;
}

void rs_survey_unit_seal(rs_survey_unit *unit, uint64_t position)
{
    rs_bytes bytes = unit->is_rejected ? rs_bytes_of_string(unit->name) : unit->bytes;
    uint64_t number = unit->is_rejected ? position : bytes.n;
    XXH64_hash_t seed = unit->is_rejected ? 1 + (XXH64_hash_t)unit->rejection : 0;
    XXH128_canonical_t hash;
    XXH128_canonicalFromHash(&hash, XXH3_128bits_withSeed(bytes.p, bytes.n, seed));
    memset(unit->digest, 0, sizeof unit->digest);
    memcpy(unit->digest, hash.digest, sizeof hash.digest);
    for (size_t i = 0; i < sizeof number; i++)
        unit->digest[sizeof unit->digest - 1 - i] = (uint8_t)(number >> 8 * i);
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
    return rs_survey_format_decode(unit->format, unit->json, unit->buffer, unit->bytes.n, sink);
}
