/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The TimestampedEntry of RFC 6962, section 3.4, which logs of both kinds have.
 */
#ifndef RS_SURVEY_LOG_ENTRY_H
#define RS_SURVEY_LOG_ENTRY_H

#include "command/survey/input/format/entry.h"
#include "command/survey/input/format/vector.h"

typedef enum rs_log_entry_status {
    RS_LOG_ENTRY_OK = 0,
    RS_LOG_ENTRY_TRUNCATED,
    RS_LOG_ENTRY_TYPE, /* neither a certificate nor a precertificate */
} rs_log_entry_status;

/*
 * Takes one off the front of `rest`. `*entry` becomes what it says of the certificate: views of
 * `rest`, the members about the chain and the precertificate empty. After anything but
 * RS_LOG_ENTRY_OK, `rest` is untouched. Inlined: most of what reads a tile is this.
 */
static inline rs_log_entry_status rs_log_entry_read(rs_bytes *rest, rs_survey_entry *entry)
{
    enum { TIMESTAMP_SIZE = 8, X509_ENTRY = 0, PRECERT_ENTRY = 1 };
    rs_bytes at = *rest, extensions;
    uint32_t type;
    /* Each member by itself: to clear all at once takes longer than to read the entry. */
    entry->precertificate = rs_bytes_make(NULL, 0);
    entry->issuer_key_hash = NULL;
    entry->issuers = NULL;
    entry->issuer_count = 0;
    entry->issuer_ids = NULL;
    entry->issuer_fingerprints = NULL;
    entry->fingerprint_count = 0;
    entry->from_log = true;
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

/* The reason, of anything but RS_LOG_ENTRY_OK. */
static inline rs_survey_rejection rs_log_entry_rejection(rs_log_entry_status status)
{
    return status == RS_LOG_ENTRY_TYPE ? RS_SURVEY_ENTRY_TYPE : RS_SURVEY_TRUNCATED;
}

#endif
