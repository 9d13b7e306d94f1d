/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/lexer.h"

#include "lib/base/ascii.h"
#include "lib/base/utf8.h"

enum { BYTE_ORDER_MARK = 0xfeff };

void rs_lexer_init(rs_lexer *lexer, const char *file, rs_bytes text, rs_diagnostics *diagnostics)
{
    lexer->rest = text;
    lexer->place = (rs_place){.diagnostics = diagnostics, .file = file, .line = 0, .column = 1};
    lexer->unquoted_length = 0;
}

static bool is_space(uint8_t c)
{
    return c == ' ' || c == '\t';
}

/* Takes a line off the front of the rest, its end left out. */
static rs_bytes take_line(rs_lexer *lexer)
{
    rs_bytes rest = lexer->rest;
    const uint8_t *end = memchr(rest.p, '\n', rest.n);
    if (end == NULL) {
        lexer->rest = rs_bytes_skip(rest, rest.n);
        rs_place_error(&lexer->place, rest.n,
                       "no newline at the end of the file; add one, unless the file was cut short");
        return rest;
    }
    rs_bytes line = rs_bytes_make(rest.p, (size_t)(end - rest.p));
    lexer->rest = rs_bytes_skip(rest, line.n + 1);
    if (line.n > 0 && line.p[line.n - 1] == '\r')
        line.n--;
    return line;
}

/* The first byte of a line that is not printable ASCII, or the line's length. */
static size_t plain_length(rs_bytes line)
{
    size_t i = 0;
    while (i < line.n && ((line.p[i] >= ' ' && line.p[i] < 0x7f) || line.p[i] == '\t'))
        i++;
    return i;
}

/* C0 and C1 controls, and delete. */
static bool is_control(uint32_t character)
{
    return character < 0x20 || (character >= 0x7f && character < 0xa0);
}

static bool check_characters(const rs_place *place, rs_bytes line)
{
    for (size_t at = plain_length(line); at < line.n;) {
        rs_bytes rest = rs_bytes_skip(line, at);
        uint32_t character = 0;
        size_t size = rs_utf8_get(rest, &character);
        if (size == 0) {
            rs_place_error(place, at, "byte \\x%02x is not UTF-8; expected UTF-8 text",
                           (unsigned)rest.p[0]);
            return false;
        }
        if (is_control(character)) {
            rs_place_error(place, at, "control character \\x%02x; expected text",
                           (unsigned)character);
            return false;
        }
        if (character == BYTE_ORDER_MARK) {
            rs_place_error(place, at, "byte order mark; expected UTF-8 without one");
            return false;
        }
        at += size;
        at += plain_length(rs_bytes_skip(line, at));
    }
    return true;
}

/* There is room: each byte of a line is put once at most. */
static void word_put(rs_lexer *lexer, rs_bytes text)
{
    if (text.n > 0)
        memcpy(lexer->unquoted + lexer->unquoted_length, text.p, text.n);
    lexer->unquoted_length += text.n;
}

/* Resolves the quoted part that starts at `*at`, its opening quote; moves `*at` past its end. */
static bool read_quoted(rs_lexer *lexer, rs_bytes line, size_t *at)
{
    size_t open = *at;
    for (size_t i = open + 1; i < line.n; i++) {
        if (line.p[i] == '"') {
            *at = i + 1;
            return true;
        }
        if (line.p[i] == '\t') {
            rs_place_error(&lexer->place, i, "tab in quotes; expected a space");
            return false;
        }
        if (line.p[i] == '\\') {
            i++;
            if (i == line.n || (line.p[i] != '"' && line.p[i] != '\\')) {
                rs_place_error(&lexer->place, i - 1,
                               "backslash in quotes; write \\\\ for a backslash, \\\" for a quote");
                return false;
            }
        }
        word_put(lexer, rs_bytes_make(line.p + i, 1));
    }
    rs_place_error(&lexer->place, open, "missing closing quote; expected \"");
    return false;
}

/* Reads the word that starts at `*at`; moves `*at` past it. */
static bool read_word(rs_lexer *lexer, rs_bytes line, size_t *at, rs_word *word)
{
    size_t start = *at, i = start;
    while (i < line.n && !is_space(line.p[i]) && line.p[i] != '"')
        i++;
    *word = (rs_word){
        .text = rs_bytes_make(line.p + start, i - start),
        .bare = i - start,
        .column = (uint32_t)start + 1,
    };
    *at = i;
    if (i == line.n || line.p[i] != '"')
        return true;
    if (i > start && line.p[i - 1] != ':') {
        rs_place_error(&lexer->place, i, "quote inside a word; expected white space before it");
        return false;
    }
    size_t from = lexer->unquoted_length;
    word_put(lexer, word->text);
    if (!read_quoted(lexer, line, at))
        return false;
    if (*at < line.n && !is_space(line.p[*at])) {
        rs_place_error(&lexer->place, *at, "text after the closing quote; expected white space");
        return false;
    }
    word->quoted = true;
    word->text = rs_bytes_make(lexer->unquoted + from, lexer->unquoted_length - from);
    return true;
}

static bool split(rs_lexer *lexer, rs_bytes bytes, rs_line *line)
{
    lexer->unquoted_length = 0;
    line->count = 0;
    line->number = lexer->place.line;
    for (size_t i = 0; i < bytes.n;) {
        if (is_space(bytes.p[i])) {
            i++;
            continue;
        }
        if (bytes.p[i] == '#')
            return true;
        rs_word extra;
        rs_word *word = line->count < RS_LINE_WORDS ? &line->words[line->count] : &extra;
        if (!read_word(lexer, bytes, &i, word))
            return false;
        line->count++;
    }
    return true;
}

rs_lexed rs_lexer_next(rs_lexer *lexer, rs_line *line)
{
    while (lexer->rest.n > 0) {
        lexer->place.line++;
        rs_bytes bytes = take_line(lexer);
        if (bytes.n > RS_LINE_MAX) {
            rs_place_error(&lexer->place, RS_LINE_MAX, "line of %zu bytes; expected at most %d",
                           bytes.n, RS_LINE_MAX);
            return RS_LEXED_BAD;
        }
        if (!check_characters(&lexer->place, bytes) || !split(lexer, bytes, line))
            return RS_LEXED_BAD;
        if (line->count > 0)
            return RS_LEXED_LINE;
    }
    return RS_LEXED_END;
}

rs_place rs_lexer_word_place(const rs_place *line, const rs_word *word, size_t from)
{
    rs_place place = *line;
    place.column = word->column + (uint32_t)from;
    if (word->quoted && from >= word->bare) {
        /* Only an escape puts one of these between quotes. */
        rs_bytes inside = rs_bytes_skip(word->text, word->bare);
        place.column++;
        place.fixed = inside.n > 0 && (memchr(inside.p, '"', inside.n) != NULL ||
                                       memchr(inside.p, '\\', inside.n) != NULL);
    }
    return place;
}
