/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the readers hand to a sink, with the checks that all of them owe it. Each function returns
 * what the sink returned.
 */
#ifndef RS_SURVEY_EMIT_H
#define RS_SURVEY_EMIT_H

#include "command/survey/input/format/entry.h"

/* More certificates no chain has. */
enum { RS_SURVEY_CHAIN_MAX = 64 };

/* The entry, or RS_SURVEY_NOT_DER if its certificate is not one SEQUENCE and nothing else. */
bool rs_emit_entry(const rs_survey_sink *sink, const rs_survey_entry *entry);

/* A chain, leaf first. The array is changed: see rs_emit_drop_issuers. */
bool rs_emit_chain(const rs_survey_sink *sink, rs_bytes *chain, size_t count);

/* Takes out of an array what is not DER, each with its rejection. */
bool rs_emit_drop_issuers(const rs_survey_sink *sink, rs_bytes *issuers, size_t *count);

static inline bool rs_emit_rejection(const rs_survey_sink *sink, rs_survey_rejection rejection)
{
    return sink->rejected(sink->context, rejection);
}

#endif
