/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/utf8.h"

enum { CHARACTER_LAST = 0x10ffff };

/* Surrogates are halves of a character in UTF-16, and not characters themselves. */
static bool is_character(uint32_t value)
{
    return value <= CHARACTER_LAST && !(value >= 0xd800 && value <= 0xdfff);
}

static size_t size_of(uint32_t character)
{
    return character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
}

size_t rs_utf8_get(rs_bytes text, uint32_t *character)
{
    if (text.n == 0)
        return 0;
    uint8_t first = text.p[0];
    size_t size = first < 0x80 ? 1 : first < 0xc0 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (size == 0 || first >= 0xf8 || size > text.n)
        return 0;
    uint32_t value = size == 1 ? first : first & (0x7fu >> size);
    for (size_t i = 1; i < size; i++) {
        if (!rs_utf8_is_continuation(text.p[i]))
            return 0;
        value = value << 6 | (text.p[i] & 0x3fu);
    }
    if (size != size_of(value) || !is_character(value))
        return 0;
    *character = value;
    return size;
}

size_t rs_utf8_put(uint32_t character, uint8_t *out, size_t size)
{
    static const uint8_t marks[] = {0, 0, 0xc0, 0xe0, 0xf0};
    size_t n = size_of(character);
    if (!is_character(character) || n > size)
        return 0;
    for (size_t i = n - 1; i > 0; i--) {
        out[i] = (uint8_t)(0x80 | (character & 0x3f));
        character >>= 6;
    }
    out[0] = (uint8_t)(marks[n] | character);
    return n;
}

bool rs_utf8_is_valid(rs_bytes text)
{
    uint32_t character;
    while (text.n > 0) {
        size_t n = text.p[0] < 0x80 ? 1 : rs_utf8_get(text, &character);
        if (n == 0)
            return false;
        text = rs_bytes_skip(text, n);
    }
    return true;
}

rs_bytes rs_utf8_cut(rs_bytes text, size_t max)
{
    if (text.n <= max)
        return text;
    while (max > 0 && rs_utf8_is_continuation(text.p[max]))
        max--;
    return rs_bytes_make(text.p, max);
}
