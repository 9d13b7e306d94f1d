/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/format/emit.h"

#include "lib/names/der.h"

static bool is_sequence(rs_bytes der)
{
    rs_bytes content;
    return rs_der_only(der, RS_DER_SEQUENCE, &content);
}

bool rs_emit_entry(const rs_survey_sink *sink, const rs_survey_entry *entry)
{
    return is_sequence(entry->certificate) ? sink->entry(sink->context, entry)
                                           : rs_emit_rejection(sink, RS_SURVEY_NOT_DER);
}

bool rs_emit_drop_issuers(const rs_survey_sink *sink, rs_bytes *issuers, size_t *count)
{
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++) {
        if (is_sequence(issuers[i]))
            issuers[kept++] = issuers[i];
        else if (!rs_emit_rejection(sink, RS_SURVEY_NOT_DER))
            return false;
    }
    *count = kept;
    return true;
}

bool rs_emit_chain(const rs_survey_sink *sink, rs_bytes *chain, size_t count)
{
    if (count == 0 || count > RS_SURVEY_CHAIN_MAX)
        return rs_emit_rejection(sink, count == 0 ? RS_SURVEY_NO_CHAIN : RS_SURVEY_TOO_MANY);
    rs_survey_entry entry = {.certificate = chain[0], .issuers = chain + 1};
    entry.issuer_count = count - 1;
    return rs_emit_drop_issuers(sink, chain + 1, &entry.issuer_count) &&
           rs_emit_entry(sink, &entry);
}
