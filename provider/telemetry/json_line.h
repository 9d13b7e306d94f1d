/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line of telemetry: a JSON object in printable ASCII, without a newline. No allocation, no
 * locale, no system call but that for the process id.
 *
 *     rs_json_line line;
 *     rs_json_line_start(&line, RS_TELEMETRY_VIOLATION);
 *     rs_json_line_text(&line, RS_FIELD_LABEL, label);
 *     rs_sink_write(sink, RS_SYSLOG_WARNING, &line);
 *
 * Each rs_json_line_<type> adds one key with its value, or nothing at all if that does not fit;
 * there always remains room for what rs_json_line_end adds. Write first what a reader needs most.
 * Keys and events are words of telemetry_words.h, which need no escaping.
 */
#ifndef RS_JSON_LINE_H
#define RS_JSON_LINE_H

#include "lib/base/bytes.h"
#include "lib/base/telemetry_words.h"

#define RS_JSON_LINE_MAX 1400 /* bytes of a whole line */

typedef struct rs_json_line {
    char text[RS_JSON_LINE_MAX]; /* not ended by a NUL */
    size_t length;
} rs_json_line;

/* Starts a line: `{"rootscope":1,"event":EVENT,"time":…,"program":…,"pid":…`. */
void rs_json_line_start(rs_json_line *line, rs_telemetry_event event);

/*
 * A string from outside, of any bytes. UTF-8 beyond ASCII and control characters become \uXXXX, a
 * byte that is not valid UTF-8 the characters \xNN. What would be more than 300 bytes is cut at a
 * character and ends in "...".
 */
void rs_json_line_text(rs_json_line *line, rs_telemetry_field key, rs_bytes value);

/* A string of the program's own, which needs no escaping. */
void rs_json_line_word(rs_json_line *line, rs_telemetry_field key, const char *word);

/*
 * The string PREFIX and the bytes in lower-case hexadecimal digits; the prefix needs no escaping.
 */
void rs_json_line_hex(rs_json_line *line, rs_telemetry_field key, const char *prefix,
                      rs_bytes value);

void rs_json_line_number(rs_json_line *line, rs_telemetry_field key, uint64_t value);

/* `"key":true`; a key that is false is left out instead. */
void rs_json_line_true(rs_json_line *line, rs_telemetry_field key);

/*
 * Ends the object, with `"dropped":N` before if `dropped` is not 0, and returns the line, which
 * the bytes are a view of. Only the sink does this (sink.h). Afterwards the line may only be
 * started anew.
 */
rs_bytes rs_json_line_end(rs_json_line *line, uint64_t dropped);

#endif
