/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of JSON documents (json_reader.h). The text is spoilt; RS_JSON_PADDING bytes behind it must
 * be readable. The decoders return false if the sink returned false, and for want of memory.
 */
#ifndef RS_SURVEY_JSON_CHAINS_H
#define RS_SURVEY_JSON_CHAINS_H

#include "command/survey/input/format/json_reader.h"

/* A document on each line. */
bool rs_json_decode_lines(rs_json_reader *reader, uint8_t *text, size_t size,
                          const rs_survey_sink *sink);

/* Whether a text begins like an answer to get-entries, with its only member. */
bool rs_json_is_answer(rs_bytes text);

/* Answers to get-entries, of any number of lines; each begins at the beginning of a line. */
bool rs_json_decode_answers(rs_json_reader *reader, uint8_t *text, size_t size,
                            const rs_survey_sink *sink);

#endif
