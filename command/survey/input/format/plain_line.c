/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/format/plain_line.h"

#include "command/survey/input/format/base64.h"
#include "command/survey/input/format/get_entries.h"

#define TAKE(line, what) rs_plain_json_take(&(line)->rest, what, sizeof(what) - 1)

/* Of `:` and `,`. */
static bool take_mark(rs_plain_line *line, char mark)
{
    if (!rs_plain_json_take(&line->rest, &mark, 1))
        return false;
    (void)TAKE(line, " ");
    return true;
}

/* A string of base64. What it stands for is shorter, so there is room for all of a line's. */
static bool take_base64(rs_plain_line *line)
{
    if (line->count == RS_SURVEY_CHAIN_MAX || !TAKE(line, "\""))
        return false;
    uint8_t *out = line->bytes + line->used;
    size_t left = (size_t)(line->rest.end - line->rest.at), n;
    line->rest.at += rs_base64_decode_start(line->rest.at, left, out, &n);
    line->used += n;
    line->texts[line->count++] = rs_bytes_make(out, n);
    return n > 0 && TAKE(line, "\"");
}

/* What is behind the last member. */
static bool take_end(rs_plain_line *line)
{
    if (!TAKE(line, "}"))
        return false;
    (void)TAKE(line, "\r");
    (void)TAKE(line, "\n");
    return true;
}

/* The rest of it, behind `{` and its key. */
static bool take_chain(rs_plain_line *line)
{
    if (!take_mark(line, ':') || !TAKE(line, "["))
        return false;
    do {
        if (!take_base64(line))
            return false;
    } while (take_mark(line, ','));
    return TAKE(line, "]") && take_end(line);
}

/* The same. */
static bool take_log_entry(rs_plain_line *line)
{
    return take_mark(line, ':') && take_base64(line) && take_mark(line, ',') &&
           TAKE(line, "\"extra_data\"") && take_mark(line, ':') && take_base64(line) &&
           take_end(line);
}

bool rs_plain_line_read(rs_plain_line *line, rs_bytes text)
{
    size_t most = text.n < RS_PLAIN_LINE_MAX ? text.n : RS_PLAIN_LINE_MAX;
    line->rest = (rs_plain_json){text.p, text.p + most};
    line->used = line->count = 0;
    line->is_of_log = TAKE(line, "{\"leaf_input\"");
    if (line->is_of_log ? !take_log_entry(line) : !TAKE(line, "{\"chain\"") || !take_chain(line))
        return false;
    line->size = (size_t)(line->rest.at - text.p);
    return line->size == text.n || text.p[line->size - 1] == '\n';
}

/*
 * Packed: an octet that says whether it is of a log, one for the number of texts, four for the size
 * of each, and the texts. In a line, the quotes and the comma of a text, and what base64 adds to
 * it, take as much as its size.
 */
size_t rs_plain_line_pack(const rs_plain_line *line, uint8_t *out)
{
    uint8_t *at = out;
    *at++ = line->is_of_log;
    *at++ = (uint8_t)line->count;
    for (size_t i = 0; i < line->count; i++, at += 4)
        rs_le32_put(at, (uint32_t)line->texts[i].n);
    memcpy(at, line->bytes, line->used);
    return (size_t)(at - out) + line->used;
}

void rs_plain_line_unpack(rs_plain_line *line, rs_bytes *packed)
{
    line->is_of_log = packed->p[0];
    line->count = packed->p[1];
    const uint8_t *size = packed->p + 2, *at = size + 4 * line->count;
    for (size_t i = 0; i < line->count; i++, size += 4) {
        line->texts[i] = rs_bytes_make(at, rs_le32_get(size));
        at += line->texts[i].n;
    }
    *packed = rs_bytes_skip(*packed, (size_t)(at - packed->p));
}

bool rs_plain_line_decode(rs_plain_line *line, const rs_survey_sink *sink)
{
    return line->is_of_log ? rs_get_entries_decode(line->texts[0], line->texts[1], sink)
                           : rs_emit_chain(sink, line->texts, line->count);
}
