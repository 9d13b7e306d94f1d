/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/format/tile.h"

#include "command/survey/input/format/emit.h"
#include "command/survey/input/format/log_entry.h"

bool rs_tile_next(rs_bytes *rest, rs_survey_entry *entry, rs_bytes *hashed,
                  rs_survey_rejection *reason)
{
    rs_bytes at = *rest, fingerprints;
    rs_log_entry_status status = rs_log_entry_read(&at, entry);
    *reason = rs_log_entry_rejection(status);
    if (status != RS_LOG_ENTRY_OK)
        return false;
    *hashed = rs_bytes_make(rest->p, rest->n - at.n);
    if ((entry->is_tbs && !rs_vector_take(&at, 3, &entry->precertificate)) ||
        !rs_vector_take(&at, 2, &fingerprints))
        return false;
    if (fingerprints.n % RS_SURVEY_SHA256_SIZE != 0) {
        *reason = RS_SURVEY_LENGTH;
        return false;
    }
    entry->issuer_fingerprints = (const uint8_t(*)[RS_SURVEY_SHA256_SIZE])fingerprints.p;
    entry->fingerprint_count = fingerprints.n / RS_SURVEY_SHA256_SIZE;
    *rest = at;
    return true;
}

/* Asks the processor for the next certificate while the sink still has the one before. */
static void prefetch(rs_bytes tile)
{
    enum { LINE = 64, MOST = 16 * LINE };
    for (size_t at = 0; at < MOST && at < tile.n; at += LINE)
        __builtin_prefetch(tile.p + at);
}

bool rs_tile_decode(rs_bytes tile, const rs_survey_sink *sink)
{
    while (tile.n > 0) {
        rs_survey_entry entry;
        rs_survey_rejection reason;
        rs_bytes hashed;
        if (!rs_tile_next(&tile, &entry, &hashed, &reason))
            return rs_emit_rejection(sink, reason);
        prefetch(tile);
        if (!rs_emit_entry(sink, &entry))
            return false;
    }
    return true;
}
