/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/format/lines.h"

#include "command/survey/input/format/base64.h"
#include "command/survey/input/format/emit.h"
#include "lib/base/ascii.h"

bool rs_lines_next(uint8_t **text, size_t *size, uint8_t **line, size_t *line_size)
{
    if (*size == 0)
        return false;
    uint8_t *feed = memchr(*text, '\n', *size);
    size_t n = feed == NULL ? *size : (size_t)(feed - *text);
    *line = *text;
    *line_size = n > 0 && (*text)[n - 1] == '\r' ? n - 1 : n;
    n += feed != NULL;
    *text += n;
    *size -= n;
    return true;
}

static bool decode_csv_line(uint8_t *line, size_t size, const rs_survey_sink *sink)
{
    const uint8_t *comma = memchr(line, ',', size);
    if (comma == NULL)
        return rs_emit_rejection(sink, RS_SURVEY_NO_CHAIN);
    size_t skipped = (size_t)(comma + 1 - line), n = size - skipped;
    if (n == 0)
        return rs_emit_rejection(sink, RS_SURVEY_NO_CHAIN);
    if (!rs_base64_decode(line + skipped, &n))
        return rs_emit_rejection(sink, RS_SURVEY_NOT_BASE64);
    rs_survey_entry entry = {.certificate = rs_bytes_make(line + skipped, n)};
    return rs_emit_entry(sink, &entry);
}

bool rs_csv_decode(uint8_t *text, size_t size, const rs_survey_sink *sink)
{
    uint8_t *line;
    size_t n;
    while (rs_lines_next(&text, &size, &line, &n)) {
        if (n > 0 && !decode_csv_line(line, n, sink))
            return false;
    }
    return true;
}

/* Octets in hexadecimal, a colon between two or not. In place; false for anything else. */
static bool decode_hex(uint8_t *text, size_t *size)
{
    uint8_t *out = text;
    size_t at = 0;
    while (at + 2 <= *size) {
        int high = rs_ascii_hex_value(text[at]), low = rs_ascii_hex_value(text[at + 1]);
        if (high < 0 || low < 0)
            return false;
        *out++ = (uint8_t)(high << 4 | low);
        at += 2;
        if (at + 1 < *size && text[at] == ':')
            at++;
    }
    bool whole = at == *size;
    *size = (size_t)(out - text);
    return whole;
}

/* A certificate has more than 127 octets, and so a length of several. */
static bool is_certificate_field(const uint8_t *field, size_t size)
{
    return (size >= 3 && memcmp(field, "308", 3) == 0) ||
           (size >= 4 && memcmp(field, "30:8", 4) == 0);
}

typedef struct hex_line {
    rs_bytes chain[RS_SURVEY_CHAIN_MAX];
    size_t count; /* may be more than fit */
    bool is_blank, is_bad;
} hex_line;

/* Certificates with commas between. */
static void read_hex_field(hex_line *line, uint8_t *field, size_t size)
{
    while (size > 0 && !line->is_bad) {
        const uint8_t *comma = memchr(field, ',', size);
        size_t n = comma == NULL ? size : (size_t)(comma - field), octets = n;
        line->is_bad = !decode_hex(field, &octets);
        if (line->count < RS_SURVEY_CHAIN_MAX)
            line->chain[line->count] = rs_bytes_make(field, octets);
        line->count++;
        n += comma != NULL;
        field += n;
        size -= n;
    }
}

static bool decode_hex_line(uint8_t *text, size_t size, const rs_survey_sink *sink)
{
    hex_line line;
    line.count = 0;
    line.is_blank = true;
    line.is_bad = false;
    while (size > 0) {
        const uint8_t *tab = memchr(text, '\t', size);
        size_t n = tab == NULL ? size : (size_t)(tab - text);
        bool quoted = n >= 2 && text[0] == '"' && text[n - 1] == '"';
        line.is_blank &= n == 0;
        if (is_certificate_field(text + quoted, n - 2 * quoted))
            read_hex_field(&line, text + quoted, n - 2 * quoted);
        n += tab != NULL;
        text += n;
        size -= n;
    }
    if (line.is_bad)
        return rs_emit_rejection(sink, RS_SURVEY_NOT_HEX);
    return line.is_blank || rs_emit_chain(sink, line.chain, line.count);
}

bool rs_hex_decode(uint8_t *text, size_t size, const rs_survey_sink *sink)
{
    uint8_t *line;
    size_t n;
    while (rs_lines_next(&text, &size, &line, &n)) {
        if (!decode_hex_line(line, n, sink))
            return false;
    }
    return true;
}
