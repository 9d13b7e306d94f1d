/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line of telemetry, as rootscope-telemetry(5) describes it.
 *
 * A line is hostile: names come from certificates, and anybody may have written the file. Escape
 * its texts, as command/base/text.h does, before they reach a terminal or a page.
 */
#ifndef RS_TELEMETRY_LINE_H
#define RS_TELEMETRY_LINE_H

#include "command/telemetry/event.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Keeps memory from line to line. For one thread at a time. */
typedef struct rs_telemetry_parser rs_telemetry_parser;

/* NULL if there is no memory. */
rs_telemetry_parser *rs_telemetry_parser_new(void);

/* NULL is allowed. */
void rs_telemetry_parser_free(rs_telemetry_parser *parser);

/*
 * Whether a line is an object as `journalctl -o json` prints them. It can be forged in any other
 * text: whoever believes it must make sure that all lines of the text are such.
 */
bool rs_telemetry_is_journal(rs_bytes text);

/*
 * Reads the event of a line (without its newline): the object that starts at the last
 * `{"rootscope":` in it; what follows the object does not matter. If the line is the journal's, the
 * event is in its message. RS_TELEMETRY_PADDING bytes after the line must be readable; what they
 * hold does not matter. `*line` means nothing unless this returns RS_TELEMETRY_OK.
 */
rs_telemetry_status rs_telemetry_parse(rs_telemetry_parser *parser, rs_bytes text,
                                       rs_telemetry_line *line);

#ifdef __cplusplus
}
#endif

#endif
