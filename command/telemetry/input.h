/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of telemetry, read line by line into totals.
 */
#ifndef RS_TELEMETRY_INPUT_H
#define RS_TELEMETRY_INPUT_H

#include "command/telemetry/stream.h"

/*
 * Reads all files into totals that the caller initialised; `-` is standard input. Shows the
 * progress of a long run on standard error if that is a terminal. A file that cannot be read is
 * reported at once, and the others are still read. Memory does not depend on the size of the files.
 *
 * Ignored lines (malformed, unknown) are counted in the totals; see rs_telemetry_input_remark.
 * Returns whether every file was read to its end.
 */
bool rs_telemetry_input_read(char *const *paths, size_t count, const rs_telemetry_period *period,
                             rs_totals *totals);

/* One warning on standard error for all ignored lines, if there are any. */
void rs_telemetry_input_remark(const rs_totals *totals);

#endif
