/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One entry as a log of RFC 6962 answers get-entries (section 4.6): `leaf_input` and `extra_data`,
 * out of their base64.
 */
#ifndef RS_SURVEY_GET_ENTRIES_H
#define RS_SURVEY_GET_ENTRIES_H

#include "command/survey/input/format/emit.h"

/*
 * What both say, all in views of them. `issuers` becomes what the entry's member points at.
 * False, with the reason, if they are none.
 */
bool rs_get_entries_read(rs_bytes leaf_input, rs_bytes extra_data, rs_survey_entry *entry,
                         rs_bytes issuers[RS_SURVEY_CHAIN_MAX], rs_survey_rejection *reason);

/* Hands the entry, or why it is none, to the sink. False if the sink returned false. */
bool rs_get_entries_decode(rs_bytes leaf_input, rs_bytes extra_data, const rs_survey_sink *sink);

#endif
