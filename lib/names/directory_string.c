/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/names/directory_string.h"

#include "lib/base/ascii.h"
#include "lib/base/utf8.h"
#include "lib/names/der.h"

/* A first character of `width` bytes, big-endian; returns the width, 0 if the text is shorter. */
static size_t fixed_get(rs_bytes text, size_t width, uint32_t *character)
{
    if (text.n < width)
        return 0;
    uint32_t value = 0;
    for (size_t i = 0; i < width; i++)
        value = value << 8 | text.p[i];
    *character = value;
    return width;
}

/* Reads the first character of a string of this type; returns its bytes, 0 if it is invalid. */
static size_t character_get(uint8_t tag, rs_bytes text, uint32_t *character)
{
    switch (tag) {
    case RS_DER_UTF8_STRING:
        return rs_utf8_get(text, character);
    case RS_DER_TELETEX_STRING:
        return fixed_get(text, 1, character);
    case RS_DER_BMP_STRING:
        return fixed_get(text, 2, character);
    case RS_DER_UNIVERSAL_STRING:
        return fixed_get(text, 4, character);
    default:
        return text.p[0] < 0x80 ? fixed_get(text, 1, character) : 0;
    }
}

bool rs_directory_string_is(uint8_t tag)
{
    return tag == RS_DER_UTF8_STRING || tag == RS_DER_PRINTABLE_STRING ||
           tag == RS_DER_IA5_STRING || tag == RS_DER_TELETEX_STRING || tag == RS_DER_BMP_STRING ||
           tag == RS_DER_UNIVERSAL_STRING || tag == RS_DER_VISIBLE_STRING ||
           tag == RS_DER_NUMERIC_STRING;
}

/* Types of which each character has two bytes, or four. */
static bool is_wide(uint8_t tag)
{
    return tag == RS_DER_BMP_STRING || tag == RS_DER_UNIVERSAL_STRING;
}

/* Copies the ASCII that a string starts with, as far as it fits: nearly always all of it. */
static size_t ascii_copy(rs_bytes value, uint8_t *out, size_t size)
{
    size_t n = value.n < size ? value.n : size;
    size_t i = 0;
    for (; i < n && value.p[i] < 0x80; i++)
        out[i] = value.p[i];
    return i;
}

bool rs_directory_string_to_utf8(uint8_t tag, rs_bytes value, uint8_t *out, size_t size,
                                 size_t *length)
{
    if (!rs_directory_string_is(tag))
        return false;
    size_t n = is_wide(tag) ? 0 : ascii_copy(value, out, size);
    value = rs_bytes_skip(value, n);
    while (value.n > 0) {
        uint32_t character;
        size_t got = character_get(tag, value, &character);
        size_t put = got == 0 ? 0 : rs_utf8_put(character, out + n, size - n);
        if (put == 0)
            return false;
        value = rs_bytes_skip(value, got);
        n += put;
    }
    *length = n;
    return true;
}

bool rs_directory_string_view(uint8_t tag, rs_bytes value, uint8_t *out, size_t size,
                              rs_bytes *text)
{
    size_t length;
    *text = value;
    if (tag == RS_DER_UTF8_STRING)
        return rs_utf8_is_valid(value);
    if (rs_directory_string_is(tag) && !is_wide(tag) && rs_bytes_are_ascii(value))
        return true;
    if (!rs_directory_string_to_utf8(tag, value, out, size, &length))
        return false;
    *text = rs_bytes_make(out, length);
    return true;
}

static bool is_space(uint8_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

size_t rs_directory_string_fold(uint8_t *utf8, size_t length)
{
    size_t to = 0;
    bool space = false;
    for (size_t i = 0; i < length; i++) {
        if (is_space(utf8[i])) {
            space = true;
            continue;
        }
        if (space && to > 0)
            utf8[to++] = ' ';
        space = false;
        utf8[to++] = rs_ascii_lower(utf8[i]);
    }
    return to;
}
