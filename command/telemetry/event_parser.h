/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The JSON object of an event. For files in C++: simdjson, the fastest JSON reader that
 * distributions package, has no C interface. An event that is spelt as the module spells it is read
 * without.
 */
#ifndef RS_EVENT_PARSER_H
#define RS_EVENT_PARSER_H

#include "command/telemetry/event.h"

#include <simdjson.h>

static_assert(RS_TELEMETRY_PADDING >= simdjson::SIMDJSON_PADDING, "simdjson reads further");

/*
 * Reads an object that begins with RS_TELEMETRY_START, as rs_telemetry_parse does, except that
 * something behind the object can make it malformed.
 */
rs_telemetry_status rs_event_parse(simdjson::ondemand::parser *parser, rs_bytes event,
                                   rs_telemetry_line *line);

#endif
