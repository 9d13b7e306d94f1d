/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/telemetry/json_line.h"

#include "lib/base/utc.h"
#include "lib/base/utf8.h"

#include <errno.h>
#include <stdio.h>
#include <sys/auxv.h>
#include <time.h>
#include <unistd.h>

enum {
    VALUE_MAX = 300, /* bytes of a string's escaped text */
    PIECE_MAX = 12,  /* those of one character */
    RESERVED = sizeof ",\"dropped\":18446744073709551615}" - 1, /* for rs_json_line_end */
};

/* Appends all of the text or, if it does not fit, nothing. */
static bool append(rs_json_line *line, rs_bytes text)
{
    if (text.n > RS_JSON_LINE_MAX - RESERVED - line->length)
        return false;
    memcpy(line->text + line->length, text.p, text.n);
    line->length += text.n;
    return true;
}

static bool append_text(rs_json_line *line, const char *text)
{
    return append(line, rs_bytes_of_string(text));
}

static bool append_key(rs_json_line *line, rs_telemetry_field key)
{
    return append_text(line, ",\"") && append_text(line, rs_telemetry_field_word(key)) &&
           append_text(line, "\":");
}

/* Takes back what was appended since `length` unless all of it was. */
static void keep_whole(rs_json_line *line, size_t length, bool whole)
{
    if (!whole)
        line->length = length;
}

/*
 * The name of the file that was executed. argv[0], and with it what libc takes for the program's
 * name, is overwritten by programs that show a title (nginx's became "ker process"); the kernel's
 * copy stands behind what they overwrite.
 */
static const char *program_name(void)
{
    const char *path = (const char *)getauxval(AT_EXECFN);
    if (path == NULL)
        return program_invocation_short_name;
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

void rs_json_line_start(rs_json_line *line, rs_telemetry_event event)
{
    char time[RS_UTC_TEXT_SIZE];
    struct timespec now = {0};
    line->length = 0;
    /* Coarse, as everywhere (clock.h): the other one reads a counter that seccomp may forbid. */
    clock_gettime(CLOCK_REALTIME_COARSE, &now);
    rs_utc_text(now.tv_sec, time);
    append_text(line, RS_TELEMETRY_START "1");
    rs_json_line_word(line, RS_FIELD_EVENT, rs_telemetry_event_word(event));
    rs_json_line_word(line, RS_FIELD_TIME, time);
    rs_json_line_text(line, RS_FIELD_PROGRAM, rs_bytes_of_string(program_name()));
    rs_json_line_number(line, RS_FIELD_PID, (uint64_t)getpid());
}

/* Escapes the first character of the text, or its first byte; returns how many bytes that took. */
static size_t escape(rs_bytes text, char piece[PIECE_MAX + 1])
{
    uint32_t point;
    size_t size = rs_utf8_get(text, &point);
    if (size == 0) {
        snprintf(piece, PIECE_MAX + 1, "\\\\x%02x", text.p[0]);
        return 1;
    }
    if (point > 0xffff)
        snprintf(piece, PIECE_MAX + 1, "\\u%04x\\u%04x", 0xd800 + ((point - 0x10000) >> 10 & 0x3ff),
                 0xdc00 + (point & 0x3ff));
    else if (point < 0x20 || point > 0x7e)
        snprintf(piece, PIECE_MAX + 1, "\\u%04x", point);
    else
        snprintf(piece, PIECE_MAX + 1, point == '"' || point == '\\' ? "\\%c" : "%c", (int)point);
    return size;
}

/* Appends the value, escaped into at most VALUE_MAX bytes; false if it does not fit. */
static bool append_escaped(rs_json_line *line, rs_bytes value)
{
    size_t start = line->length, cut = start; /* `cut`: the ellipsis may stand there */
    while (value.n > 0) {
        char piece[PIECE_MAX + 1];
        value = rs_bytes_skip(value, escape(value, piece));
        if (line->length - start + strlen(piece) > VALUE_MAX) {
            line->length = cut;
            return append_text(line, "...");
        }
        if (!append_text(line, piece))
            return false;
        if (line->length - start + strlen("...") <= VALUE_MAX)
            cut = line->length;
    }
    return true;
}

void rs_json_line_text(rs_json_line *line, rs_telemetry_field key, rs_bytes value)
{
    size_t before = line->length;
    keep_whole(line, before,
               append_key(line, key) && append_text(line, "\"") && append_escaped(line, value) &&
                   append_text(line, "\""));
}

void rs_json_line_word(rs_json_line *line, rs_telemetry_field key, const char *word)
{
    size_t before = line->length;
    keep_whole(line, before,
               append_key(line, key) && append_text(line, "\"") && append_text(line, word) &&
                   append_text(line, "\""));
}

void rs_json_line_hex(rs_json_line *line, rs_telemetry_field key, const char *prefix,
                      rs_bytes value)
{
    size_t before = line->length;
    bool whole = append_key(line, key) && append_text(line, "\"") && append_text(line, prefix);
    for (size_t i = 0; i < value.n && whole; i++) {
        char digits[3];
        snprintf(digits, sizeof digits, "%02x", value.p[i]);
        whole = append_text(line, digits);
    }
    keep_whole(line, before, whole && append_text(line, "\""));
}

void rs_json_line_number(rs_json_line *line, rs_telemetry_field key, uint64_t value)
{
    char digits[24];
    size_t before = line->length;
    snprintf(digits, sizeof digits, "%llu", (unsigned long long)value);
    keep_whole(line, before, append_key(line, key) && append_text(line, digits));
}

void rs_json_line_true(rs_json_line *line, rs_telemetry_field key)
{
    size_t before = line->length;
    keep_whole(line, before, append_key(line, key) && append_text(line, "true"));
}

rs_bytes rs_json_line_end(rs_json_line *line, uint64_t dropped)
{
    char end[RESERVED + 1] = "}";
    if (dropped > 0)
        snprintf(end, sizeof end, ",\"dropped\":%llu}", (unsigned long long)dropped);
    /* There is room: nothing else is appended where this goes. */
    size_t size = strlen(end);
    memcpy(line->text + line->length, end, size);
    line->length += size;
    return rs_bytes_make(line->text, line->length);
}
