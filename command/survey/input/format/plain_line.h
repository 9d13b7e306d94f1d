/* SPDX-License-Identifier: Apache-2.0 */
/*
 * JSON lines in the spelling that programs write: one of
 *
 *     {"chain": [LEAF, …]}
 *     {"leaf_input": …, "extra_data": …}
 *
 * with these members alone, and with a space behind each `:` and `,` or none. The chain has at
 * least one text, each text stands for at least one byte, and the line, with its end, has at most
 * RS_PLAIN_LINE_MAX. Such a line is decoded while it is scanned, once and without a parser. Any
 * other is left to json_reader.h.
 */
#ifndef RS_SURVEY_PLAIN_LINE_H
#define RS_SURVEY_PLAIN_LINE_H

#include "command/base/plain_json.h"
#include "command/survey/input/format/emit.h"

enum { RS_PLAIN_LINE_MAX = 32 * 1024 }; /* what it says stays in the nearest cache */

/* A line and what its texts stand for, which `bytes` has, one behind the other. */
typedef struct rs_plain_line {
    size_t size;    /* of the line, with its end */
    bool is_of_log; /* the texts are leaf_input and extra_data; otherwise, they are a chain */
    rs_bytes texts[RS_SURVEY_CHAIN_MAX];
    size_t count;

    rs_plain_json rest; /* plain_line.c's own, as what follows */
    size_t used;
    uint8_t bytes[RS_PLAIN_LINE_MAX];
} rs_plain_line;

/* Reads the first line of a text. False if it is spelt otherwise. The text stays as it is. */
bool rs_plain_line_read(rs_plain_line *line, rs_bytes text);

/*
 * Writes what the line says to `out`, which has room for as much as the line's size. That may be
 * the line's own text. Returns how many bytes it takes; no more than that size.
 */
size_t rs_plain_line_pack(const rs_plain_line *line, uint8_t *out);

/* Takes a line off the front of what was packed: views of it. */
void rs_plain_line_unpack(rs_plain_line *line, rs_bytes *packed);

/* Hands what the line has to the sink. False if the sink returned false. */
bool rs_plain_line_decode(rs_plain_line *line, const rs_survey_sink *sink);

#endif
