/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/text.h"

#include "command/base/message.h"
#include "lib/base/ascii.h"
#include "lib/base/utf8.h"

#include <stdio.h>

static bool is_printable(uint32_t c)
{
    static const struct {
        uint32_t first, last;
    } hidden[] = {
        {0x00, 0x1f},     {0x7f, 0x9f},     {0xad, 0xad},       {0x061c, 0x061c},
        {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f},   {0xfeff, 0xfeff},
        {0xfff0, 0xfffb}, {0xfffe, 0xffff}, {0xe0000, 0xe0fff},
    };
    if (c >= 0x20 && c < 0x7f) /* nearly all */
        return true;
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
        if (c >= hidden[i].first && c <= hidden[i].last)
            return false;
    return true;
}

const char *rs_text_printable(rs_arena *arena, rs_bytes bytes)
{
    static const char digits[] = "0123456789abcdef";
    if (bytes.n > (SIZE_MAX - 1) / 4)
        rs_message_need(NULL);
    char *out = rs_message_need(rs_arena_take(arena, 4 * bytes.n + 1));
    size_t length = 0;
    while (bytes.n > 0) {
        uint32_t character = 0;
        size_t n = rs_utf8_get(bytes, &character);
        if (n > 0 && is_printable(character)) {
            memcpy(out + length, bytes.p, n);
            length += n;
        } else {
            n = n == 0 ? 1 : n;
            for (size_t i = 0; i < n; i++) {
                out[length++] = '\\';
                out[length++] = 'x';
                out[length++] = digits[bytes.p[i] >> 4];
                out[length++] = digits[bytes.p[i] & 15];
            }
        }
        bytes = rs_bytes_skip(bytes, n);
    }
    out[length] = '\0';
    return out;
}

const char *rs_text_excerpt(rs_arena *arena, rs_bytes bytes, size_t limit)
{
    if (bytes.n <= limit)
        return rs_text_printable(arena, bytes);
    return rs_text_format(arena, "%s...", rs_text_printable(arena, rs_utf8_cut(bytes, limit)));
}

const char *rs_text_format_list(rs_arena *arena, const char *format, va_list arguments)
{
    char start[256]; /* most texts fit, and are formatted once */
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(start, sizeof start, format, again);
    va_end(again);
    if (length < 0)
        rs_message_need(NULL);
    size_t size = (size_t)length + 1;
    char *out = rs_message_need(rs_arena_take(arena, size));
    if (size <= sizeof start)
        memcpy(out, start, size);
    else
        vsnprintf(out, size, format, arguments);
    return out;
}

const char *rs_text_format(rs_arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *out = rs_text_format_list(arena, format, arguments);
    va_end(arguments);
    return out;
}

static bool needs_quotes(const char *text)
{
    return text[0] == '\0' || text[0] == '#' || strpbrk(text, " \t\"\\") != NULL;
}

const char *rs_text_quoted(rs_arena *arena, const char *text)
{
    return needs_quotes(text) ? rs_text_label(arena, text) : text;
}

const char *rs_text_label(rs_arena *arena, const char *text)
{
    char *out = rs_message_need(rs_arena_take(arena, 2 * strlen(text) + 3));
    size_t length = 0;
    out[length++] = '"';
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            out[length++] = '\\';
        out[length++] = *text;
    }
    out[length++] = '"';
    out[length] = '\0';
    return out;
}

static bool is_shell_word(const char *text)
{
    for (const char *p = text; *p != '\0'; p++)
        if (!rs_ascii_is_alpha((uint8_t)*p) && !rs_ascii_is_digit((uint8_t)*p) &&
            strchr("-_.:/@%+,=", *p) == NULL)
            return false;
    return text[0] != '\0';
}

const char *rs_text_shell(rs_arena *arena, const char *text)
{
    if (is_shell_word(text))
        return text;
    char *out = rs_message_need(rs_arena_take(arena, 4 * strlen(text) + 3)), *end = out;
    *end++ = '\'';
    for (; *text != '\0'; text++)
        if (*text == '\'')
            end = stpcpy(end, "'\\''");
        else
            *end++ = *text;
    *end++ = '\'';
    return out;
}

void rs_text_hex(const uint8_t sha256[RS_SHA256_SIZE], char out[RS_HEX_SIZE])
{
    for (size_t i = 0; i < RS_SHA256_SIZE; i++)
        snprintf(out + 2 * i, 3, "%02x", sha256[i]);
}

const char *rs_text_number(rs_arena *arena, size_t number)
{
    if (number < 1000)
        return rs_text_format(arena, "%zu", number);
    return rs_text_format(arena, "%s,%03zu", rs_text_number(arena, number / 1000), number % 1000);
}

bool rs_text_read_number(const char *text, uint64_t most, uint64_t *number)
{
    *number = 0;
    for (const char *p = text; *p != '\0'; p++) {
        uint64_t digit = (uint64_t)(*p - '0');
        if (!rs_ascii_is_digit((uint8_t)*p) || digit > most || *number > (most - digit) / 10)
            return false;
        *number = 10 * *number + digit;
    }
    return *text != '\0';
}
