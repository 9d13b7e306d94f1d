/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/format/format.h"

#include "command/survey/input/format/json_chains.h"
#include "command/survey/input/format/lines.h"
#include "command/survey/input/format/pem.h"
#include "command/survey/input/format/tile.h"
#include "lib/base/ascii.h"

static const char BEGIN[] = "-----BEGIN ";

static bool is_space(uint8_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static rs_bytes without_spaces(rs_bytes text)
{
    while (text.n > 0 && is_space(text.p[0]))
        text = rs_bytes_skip(text, 1);
    return text;
}

/* A time of this century up to the year 10889 in milliseconds, and a known type of entry. */
static bool is_tile(rs_bytes start)
{
    return start.n >= 10 && start.p[0] == 0 && start.p[1] == 0 && start.p[8] == 0 &&
           start.p[9] <= 1;
}

/* A SEQUENCE that is long enough for a certificate. */
static bool is_der(rs_bytes start)
{
    return start.n >= 2 && start.p[0] == 0x30 && start.p[1] >= 0x81 && start.p[1] <= 0x84;
}

/* How many hexadecimal digits a text begins with. */
static size_t hex_digits(rs_bytes text)
{
    size_t n = 0;
    while (n < text.n && rs_ascii_hex_value(text.p[n]) >= 0)
        n++;
    return n;
}

/* SHA-1 or SHA-256, and a DER SEQUENCE in base64. */
static bool is_csv(rs_bytes text)
{
    size_t digits = hex_digits(text);
    return (digits == 40 || digits == 64) && text.n > digits + 1 && text.p[digits] == ',' &&
           text.p[digits + 1] == 'M';
}

/* Whether some field of the first line that has any begins like a certificate in hexadecimal. */
static bool is_hex(rs_bytes text)
{
    const uint8_t *feed = memchr(text.p, '\n', text.n);
    rs_bytes line = rs_bytes_make(text.p, feed == NULL ? text.n : (size_t)(feed - text.p));
    while (line.n > 0) {
        rs_bytes field = line.p[0] == '"' ? rs_bytes_skip(line, 1) : line;
        if (hex_digits(field) >= 64 && memcmp(field.p, "308", 3) == 0)
            return true;
        if (field.n >= 12 && memcmp(field.p, "30:8", 4) == 0 && field.p[5] == ':' &&
            field.p[8] == ':' && field.p[11] == ':')
            return true;
        const uint8_t *tab = memchr(line.p, '\t', line.n);
        line = rs_bytes_skip(line, tab == NULL ? line.n : (size_t)(tab + 1 - line.p));
    }
    return false;
}

rs_survey_format rs_survey_format_tell(rs_bytes start)
{
    if (start.n > RS_SURVEY_FORMAT_START)
        start.n = RS_SURVEY_FORMAT_START;
    if (is_tile(start))
        return RS_SURVEY_FORMAT_TILE;
    if (is_der(start))
        return RS_SURVEY_FORMAT_DER;
    rs_bytes text = without_spaces(start);
    if (text.n == 0)
        return RS_SURVEY_FORMAT_UNKNOWN;
    if (text.p[0] == '{')
        return rs_json_is_answer(text) ? RS_SURVEY_FORMAT_GET_ENTRIES : RS_SURVEY_FORMAT_JSON_LINES;
    if (is_csv(text))
        return RS_SURVEY_FORMAT_CSV;
    if (is_hex(text))
        return RS_SURVEY_FORMAT_HEX_LINES;
    return memmem(text.p, text.n, BEGIN, sizeof BEGIN - 1) != NULL ? RS_SURVEY_FORMAT_PEM
                                                                   : RS_SURVEY_FORMAT_UNKNOWN;
}

bool rs_survey_format_has_lines(rs_survey_format format)
{
    return format != RS_SURVEY_FORMAT_UNKNOWN && format != RS_SURVEY_FORMAT_TILE &&
           format != RS_SURVEY_FORMAT_DER;
}

/* Whether what is left of a file can begin here, at the beginning of a line. */
static bool can_begin(rs_survey_format format, rs_bytes rest)
{
    if (format == RS_SURVEY_FORMAT_GET_ENTRIES)
        return rs_json_is_answer(rest);
    return format != RS_SURVEY_FORMAT_PEM ||
           (rest.n >= sizeof BEGIN - 1 && memcmp(rest.p, BEGIN, sizeof BEGIN - 1) == 0);
}

size_t rs_survey_format_cut(rs_survey_format format, rs_bytes bytes)
{
    size_t left = rs_survey_format_has_lines(format) ? bytes.n : 0;
    while (left > 0) {
        const uint8_t *feed = memrchr(bytes.p, '\n', left);
        if (feed == NULL)
            break;
        size_t at = (size_t)(feed + 1 - bytes.p);
        if (can_begin(format, rs_bytes_skip(bytes, at)))
            return at;
        left = at - 1;
    }
    return 0;
}

bool rs_survey_format_decode(rs_survey_format format, rs_json_reader *reader, uint8_t *text,
                             size_t size, const rs_survey_sink *sink)
{
    switch (format) {
    case RS_SURVEY_FORMAT_TILE:
        return rs_tile_decode(rs_bytes_make(text, size), sink);
    case RS_SURVEY_FORMAT_GET_ENTRIES:
        return rs_json_decode_answers(reader, text, size, sink);
    case RS_SURVEY_FORMAT_JSON_LINES:
        return rs_json_decode_lines(reader, text, size, sink);
    case RS_SURVEY_FORMAT_CSV:
        return rs_csv_decode(text, size, sink);
    case RS_SURVEY_FORMAT_HEX_LINES:
        return rs_hex_decode(text, size, sink);
    case RS_SURVEY_FORMAT_PEM:
        return rs_pem_decode(text, size, sink);
    case RS_SURVEY_FORMAT_DER:
        return rs_der_file_decode(rs_bytes_make(text, size), sink);
    case RS_SURVEY_FORMAT_UNKNOWN:
        break;
    }
    return sink->rejected(sink->context, RS_SURVEY_UNKNOWN_FORMAT);
}
