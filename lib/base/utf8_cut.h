/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The start of a text.
 */
#ifndef RS_UTF8_CUT_H
#define RS_UTF8_CUT_H

#include "lib/base/bytes.h"

/* At most `max` bytes of UTF-8, and no part of a character. */
static inline rs_bytes rs_utf8_cut(rs_bytes text, size_t max)
{
    if (text.n <= max)
        return text;
    while (max > 0 && (text.p[max] & 0xc0) == 0x80)
        max--;
    return rs_bytes_make(text.p, max);
}

#endif
