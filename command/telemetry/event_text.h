/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One event of telemetry as one line for people.
 */
#ifndef RS_EVENT_TEXT_H
#define RS_EVENT_TEXT_H

#include "command/telemetry/line.h"
#include "lib/base/arena.h"

/*
 * As "2026-11-22T00:12:34Z curl: Corp Root 2024: 1 chain would be denied: dns evil.example
 * not-permitted", without a newline, printable as rs_text_printable makes it; on the arena.
 */
const char *rs_event_text(rs_arena *arena, const rs_telemetry_line *line);

#endif
