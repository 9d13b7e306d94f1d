/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/format/log_entry.h"

#include "command/survey/input/format/vector.h"

enum { TIMESTAMP_SIZE = 8, X509_ENTRY = 0, PRECERT_ENTRY = 1 };

rs_log_entry_status rs_log_entry_read(rs_bytes *rest, rs_survey_entry *entry)
{
    rs_bytes at = *rest, extensions;
    uint32_t type;
    *entry = (rs_survey_entry){.from_log = true};
    if (!rs_vector_skip(&at, TIMESTAMP_SIZE) || !rs_vector_number(&at, 2, &type))
        return RS_LOG_ENTRY_TRUNCATED;
    if (type != X509_ENTRY && type != PRECERT_ENTRY)
        return RS_LOG_ENTRY_TYPE;
    entry->is_tbs = type == PRECERT_ENTRY;
    if (entry->is_tbs) {
        entry->issuer_key_hash = at.p;
        if (!rs_vector_skip(&at, RS_SURVEY_SHA256_SIZE))
            return RS_LOG_ENTRY_TRUNCATED;
    }
    if (!rs_vector_take(&at, 3, &entry->certificate) || !rs_vector_take(&at, 2, &extensions))
        return RS_LOG_ENTRY_TRUNCATED;
    *rest = at;
    return RS_LOG_ENTRY_OK;
}

rs_survey_rejection rs_log_entry_rejection(rs_log_entry_status status)
{
    return status == RS_LOG_ENTRY_TYPE ? RS_SURVEY_ENTRY_TYPE : RS_SURVEY_TRUNCATED;
}
