/* SPDX-License-Identifier: Apache-2.0 */
#include "command/text/dirname.h"

#include "command/base/message.h"
#include "command/base/text.h"
#include "command/text/oid.h"
#include "lib/base/ascii.h"
#include "lib/base/utf8.h"
#include "lib/compiler/rfc4514.h"
#include "lib/names/der.h"
#include "lib/names/directory_string.h"
#include "lib/names/distinguished_name.h"

enum { VALUE_MAX = 4096 }; /* bytes of a value that a source can spell as a string */

static bool is_harmless(uint8_t c)
{
    return rs_ascii_is_alpha(c) || rs_ascii_is_digit(c) ||
           (c != 0 && strchr(" !$%&'()*-./:?@[]^_`{|}~", c) != NULL);
}

/* How many bytes at the front a source and a terminal show as they are; 0: the first is escaped. */
static size_t plain_size(rs_arena *arena, rs_bytes text)
{
    if (text.p[0] < 0x80)
        return is_harmless(text.p[0]) ? 1 : 0;
    uint32_t ignored;
    rs_bytes character = rs_bytes_make(text.p, rs_utf8_get(text, &ignored));
    const char *shown = rs_text_printable(arena, character);
    return rs_bytes_equal(rs_bytes_of_string(shown), character) ? character.n : 0;
}

static char *put_hex(char *out, rs_bytes bytes)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < bytes.n; i++) {
        *out++ = digits[bytes.p[i] >> 4];
        *out++ = digits[bytes.p[i] & 15];
    }
    return out;
}

static const char *escape(rs_arena *arena, rs_bytes utf8)
{
    char *text = rs_message_need(rs_arena_take(arena, 3 * utf8.n + 1)), *out = text;
    while (utf8.n > 0) {
        size_t plain = plain_size(arena, utf8);
        if (plain > 0) {
            memcpy(out, utf8.p, plain);
            out += plain;
        } else {
            plain = 1;
            *out++ = '\\';
            out = put_hex(out, rs_bytes_make(utf8.p, 1));
        }
        utf8 = rs_bytes_skip(utf8, plain);
    }
    return text;
}

/* The value as a string; NULL if a source would read that as another one, or not at all. */
static const char *string_text(rs_arena *arena, const rs_attribute *attribute, uint8_t tag)
{
    uint8_t utf8[VALUE_MAX];
    size_t length;
    /* Strings of digits are not folded when names are compared, so they are not strings here. */
    if (attribute->string_tag == RS_DER_NUMERIC_STRING ||
        !rs_directory_string_to_utf8(attribute->string_tag, attribute->value, utf8, sizeof utf8,
                                     &length))
        return NULL;
    bool is_ascii = rs_bytes_are_ascii(rs_bytes_make(utf8, length));
    length = rs_directory_string_fold(utf8, length);
    if (length == 0 || memchr(utf8, 0, length) != NULL || (tag != RS_DER_UTF8_STRING && !is_ascii))
        return NULL;
    /* As it was spelt, though it is compared as it was folded. */
    rs_directory_string_to_utf8(attribute->string_tag, attribute->value, utf8, sizeof utf8,
                                &length);
    return escape(arena, rs_bytes_make(utf8, length));
}

static const char *hex_text(rs_arena *arena, uint8_t tag, rs_bytes value)
{
    uint8_t header[RS_DER_HEADER_MAX];
    size_t n = rs_der_header_put(tag, value.n, header);
    char *out = rs_message_need(rs_arena_take(arena, 2 * (n + value.n) + 2));
    out[0] = '#';
    put_hex(put_hex(out + 1, rs_bytes_make(header, n)), value);
    return out;
}

static const char *attribute_text(rs_arena *arena, const rs_attribute *attribute)
{
    const char *type;
    uint8_t tag = RS_DER_UTF8_STRING;
    if (!rs_rfc4514_keyword(attribute->oid, &type, &tag))
        type = rs_oid_text(arena, attribute->oid);
    if (type == NULL)
        return NULL;
    const char *value = string_text(arena, attribute, tag);
    if (value == NULL)
        value = hex_text(arena, attribute->string_tag, attribute->value);
    return rs_text_format(arena, "%s=%s", type, value);
}

const char *rs_dirname_text(rs_arena *arena, rs_bytes rdns)
{
    rs_distinguished_name name = {.rdns = rdns};
    rs_attribute attribute;
    rs_next next;
    const char *text = "", *separator = "";
    while ((next = rs_distinguished_name_next(&name, &attribute)) == RS_NEXT_ITEM) {
        const char *one = attribute_text(arena, &attribute);
        if (one == NULL)
            return NULL;
        /* The last one comes first. */
        text = rs_text_format(arena, "%s%s%s", one, separator, text);
        separator = name.rdn.n > 0 ? "+" : ",";
    }
    return next == RS_NEXT_END ? text : NULL;
}
