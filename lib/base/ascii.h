/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Character classes of ASCII, the same in every locale. <ctype.h> is not used anywhere: in
 * tr_TR.UTF-8 it folds I to a dotless i, and for a negative char it is undefined.
 */
#ifndef RS_ASCII_H
#define RS_ASCII_H

#include <stdbool.h>
#include <stdint.h>

static inline bool rs_ascii_is_upper(uint8_t c)
{
    return c >= 'A' && c <= 'Z';
}

static inline bool rs_ascii_is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static inline uint8_t rs_ascii_lower(uint8_t c)
{
    return rs_ascii_is_upper(c) ? (uint8_t)(c + ('a' - 'A')) : c;
}

static inline bool rs_ascii_is_alpha(uint8_t c)
{
    return rs_ascii_lower(c) >= 'a' && rs_ascii_lower(c) <= 'z';
}

static inline bool rs_ascii_is_control(uint8_t c)
{
    return c < 0x20 || c == 0x7f;
}

/* A character of a host name's label; `_` is in wide use (DKIM, SRV owners, internal hosts). */
static inline bool rs_ascii_is_label(uint8_t c)
{
    return rs_ascii_is_alpha(c) || rs_ascii_is_digit(c) || c == '-' || c == '_';
}

/* The value of a hexadecimal digit, -1 for any other character. */
static inline int rs_ascii_hex_value(uint8_t c)
{
    if (rs_ascii_is_digit(c))
        return c - '0';
    c = rs_ascii_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

#endif
