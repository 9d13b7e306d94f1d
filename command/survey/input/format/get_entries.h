/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One entry as a log of RFC 6962 answers get-entries (section 4.6): `leaf_input` and `extra_data`,
 * out of their base64.
 */
#ifndef RS_SURVEY_GET_ENTRIES_H
#define RS_SURVEY_GET_ENTRIES_H

#include "command/survey/input/format/entry.h"

/* Hands the entry, or why it is none, to the sink. False if the sink returned false. */
bool rs_get_entries_decode(rs_bytes leaf_input, rs_bytes extra_data, const rs_survey_sink *sink);

#endif
