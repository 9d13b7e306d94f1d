/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands after `mode`.
 */
#ifndef RS_MODE_LINE_H
#define RS_MODE_LINE_H

#include "lib/compiler/lexer.h"
#include "lib/image/mode.h"

/*
 * Reads `mode enforce`, `mode test [until YYYY-MM-DD]` or `mode off`. A date is the start of that
 * day in UTC. False if the line is wrong, which is then reported.
 */
bool rs_mode_line_read(const rs_place *place, const rs_line *line, rs_mode_period *period);

#endif
