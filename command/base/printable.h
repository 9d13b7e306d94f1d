/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a terminal may get of a text that may have any bytes, such as a name in a certificate or the
 * name of a file.
 */
#ifndef RS_PRINTABLE_H
#define RS_PRINTABLE_H

#include "lib/base/bytes.h"

/* How many bytes a text of n bytes takes at most. */
#define RS_PRINTABLE_SIZE(n) (4 * (size_t)(n) + 1)

/*
 * Writes a NUL-terminated UTF-8 copy to `out`, which has room for RS_PRINTABLE_SIZE bytes. Every
 * byte that is not part of a printable character becomes \xNN: controls (ASCII and C1), invalid
 * UTF-8, and characters that are invisible or change the direction of text. So the text cannot
 * deceive a terminal.
 */
void rs_printable_write(rs_bytes text, char *out);

#endif
