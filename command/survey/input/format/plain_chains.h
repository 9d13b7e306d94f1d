/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON lines in the spelling that programs write: one of
 *
 *     {"chain": [LEAF, …]}
 *     {"leaf_input": …, "extra_data": …}
 *
 * with these members alone, and with a space behind each `:` and `,` or none. Such a line is
 * decoded while it is scanned, once and without a parser. Any other is left to json_reader.h.
 */
#ifndef RS_SURVEY_PLAIN_CHAINS_H
#define RS_SURVEY_PLAIN_CHAINS_H

#include "command/survey/input/format/entry.h"

/*
 * Hands what the first line has to the sink. Returns the size of the line with its end; 0: it is
 * spelt otherwise, and nothing was handed on. `*goes_on`: what the sink returned. The text stays as
 * it is.
 */
size_t rs_plain_chains_take(rs_bytes text, const rs_survey_sink *sink, bool *goes_on);

#endif
