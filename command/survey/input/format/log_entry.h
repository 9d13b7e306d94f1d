/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The TimestampedEntry of RFC 6962, section 3.4, which logs of both kinds have.
 */
#ifndef RS_SURVEY_LOG_ENTRY_H
#define RS_SURVEY_LOG_ENTRY_H

#include "command/survey/input/format/entry.h"

typedef enum rs_log_entry_status {
    RS_LOG_ENTRY_OK = 0,
    RS_LOG_ENTRY_TRUNCATED,
    RS_LOG_ENTRY_TYPE, /* neither a certificate nor a precertificate */
} rs_log_entry_status;

/*
 * Takes one off the front of `rest`. `*entry` becomes what it says of the certificate: views of
 * `rest`, the members about the chain and the precertificate empty. After anything but
 * RS_LOG_ENTRY_OK, `rest` is untouched.
 */
rs_log_entry_status rs_log_entry_read(rs_bytes *rest, rs_survey_entry *entry);

/* The reason, of anything but RS_LOG_ENTRY_OK. */
rs_survey_rejection rs_log_entry_rejection(rs_log_entry_status status);

#endif
