/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/format/get_entries.h"

#include "command/survey/input/format/emit.h"
#include "command/survey/input/format/log_entry.h"

enum { VERSION_1_TIMESTAMPED_ENTRY = 0 };

/* ASN.1Cert chain<0..2^24 - 1>, which is all that `rest` has. */
static bool read_chain(rs_bytes rest, rs_bytes issuers[RS_SURVEY_CHAIN_MAX], size_t *count,
                       rs_survey_rejection *reason)
{
    rs_bytes chain;
    *reason = RS_SURVEY_LENGTH;
    if (!rs_vector_take(&rest, 3, &chain) || rest.n > 0)
        return false;
    for (*count = 0; chain.n > 0; ++*count) {
        if (*count == RS_SURVEY_CHAIN_MAX) {
            *reason = RS_SURVEY_TOO_MANY;
            return false;
        }
        if (!rs_vector_take(&chain, 3, &issuers[*count]))
            return false;
    }
    return true;
}

/* MerkleTreeLeaf. */
static bool read_leaf(rs_bytes leaf_input, rs_survey_entry *entry, rs_survey_rejection *reason)
{
    uint32_t version_and_type;
    *reason = RS_SURVEY_TRUNCATED;
    if (!rs_vector_number(&leaf_input, 2, &version_and_type))
        return false;
    if (version_and_type != VERSION_1_TIMESTAMPED_ENTRY) {
        *reason = RS_SURVEY_ENTRY_TYPE;
        return false;
    }
    rs_log_entry_status status = rs_log_entry_read(&leaf_input, entry);
    if (status != RS_LOG_ENTRY_OK || leaf_input.n > 0) {
        *reason = status == RS_LOG_ENTRY_OK ? RS_SURVEY_LENGTH : rs_log_entry_rejection(status);
        return false;
    }
    return true;
}

bool rs_get_entries_read(rs_bytes leaf_input, rs_bytes extra_data, rs_survey_entry *entry,
                         rs_bytes issuers[RS_SURVEY_CHAIN_MAX], rs_survey_rejection *reason)
{
    if (!read_leaf(leaf_input, entry, reason))
        return false;
    *reason = RS_SURVEY_LENGTH;
    if (entry->is_tbs && !rs_vector_take(&extra_data, 3, &entry->precertificate))
        return false;
    entry->issuers = issuers;
    return read_chain(extra_data, issuers, &entry->issuer_count, reason);
}

bool rs_get_entries_decode(rs_bytes leaf_input, rs_bytes extra_data, const rs_survey_sink *sink)
{
    rs_survey_entry entry;
    rs_survey_rejection reason;
    rs_bytes issuers[RS_SURVEY_CHAIN_MAX];
    if (!rs_get_entries_read(leaf_input, extra_data, &entry, issuers, &reason))
        return rs_emit_rejection(sink, reason);
    return rs_emit_drop_issuers(sink, issuers, &entry.issuer_count) && rs_emit_entry(sink, &entry);
}
