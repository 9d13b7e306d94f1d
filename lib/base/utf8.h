/* SPDX-License-Identifier: Apache-2.0 */
/*
 * UTF-8 as RFC 3629 has it: the shortest form only, no surrogates, nothing past U+10FFFF.
 */
#ifndef RS_UTF8_H
#define RS_UTF8_H

#include "lib/base/bytes.h"

/* Whether a byte is not the first one of a character. */
static inline bool rs_utf8_is_continuation(uint8_t byte)
{
    return (byte & 0xc0) == 0x80;
}

/*
 * Reads the first character of a text. Returns how many bytes it has, 1 to 4, and sets
 * `*character`; returns 0 if the text is empty or does not start with valid UTF-8.
 */
size_t rs_utf8_get(rs_bytes text, uint32_t *character);

/*
 * Writes a character into at most `size` bytes. Returns how many it took, 1 to 4; 0 if it is not a
 * character (a surrogate, or past U+10FFFF) or does not fit.
 */
size_t rs_utf8_put(uint32_t character, uint8_t *out, size_t size);

/* Whether a text is valid UTF-8 throughout. */
bool rs_utf8_is_valid(rs_bytes text);

/* The start of a text: at most `max` bytes of it, and no part of a character. */
rs_bytes rs_utf8_cut(rs_bytes text, size_t max);

#endif
