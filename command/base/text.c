/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/text.h"

#include "command/base/message.h"
#include "command/base/printable.h"
#include "lib/base/ascii.h"
#include "lib/base/utf8.h"

#include <stdio.h>

const char *rs_text_printable(rs_arena *arena, rs_bytes bytes)
{
    if (bytes.n > (SIZE_MAX - 1) / 4)
        rs_message_need(NULL);
    char *out = rs_message_need(rs_arena_take(arena, RS_PRINTABLE_SIZE(bytes.n)));
    rs_printable_write(bytes, out);
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
