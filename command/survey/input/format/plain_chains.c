/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/format/plain_chains.h"

#include "command/base/plain_json.h"
#include "command/survey/input/format/base64.h"
#include "command/survey/input/format/emit.h"
#include "command/survey/input/format/get_entries.h"

/* What a line's texts stand for; a line with more is another. It stays in the nearest cache. */
enum { BYTES_MAX = 32 * 1024 };

typedef struct plain_line {
    rs_plain_json rest;
    uint8_t bytes[BYTES_MAX];
    size_t used;
} plain_line;

#define TAKE(line, what) rs_plain_json_take(&(line)->rest, what, sizeof(what) - 1)

/* Of `:` and `,`. */
static bool take_mark(plain_line *line, char mark)
{
    if (!rs_plain_json_take(&line->rest, &mark, 1))
        return false;
    (void)TAKE(line, " ");
    return true;
}

/* A string of base64. */
static bool take_base64(plain_line *line, rs_bytes *bytes)
{
    if (!TAKE(line, "\""))
        return false;
    uint8_t *out = line->bytes + line->used;
    size_t left = (size_t)(line->rest.end - line->rest.at), room = BYTES_MAX - line->used, n;
    line->rest.at += rs_base64_decode_start(line->rest.at, left < room ? left : room, out, &n);
    line->used += n;
    *bytes = rs_bytes_make(out, n);
    return TAKE(line, "\"");
}

/* What is behind the last member. */
static bool take_end(plain_line *line)
{
    if (!TAKE(line, "}"))
        return false;
    (void)TAKE(line, "\r");
    return line->rest.at == line->rest.end || TAKE(line, "\n");
}

/* The rest of it, behind `{` and its key. */
static bool take_chain(plain_line *line, rs_bytes chain[RS_SURVEY_CHAIN_MAX], size_t *count)
{
    if (!take_mark(line, ':') || !TAKE(line, "["))
        return false;
    for (*count = 0; *count < RS_SURVEY_CHAIN_MAX;) {
        if (!take_base64(line, &chain[(*count)++]))
            return false;
        if (TAKE(line, "]"))
            return take_end(line);
        if (!take_mark(line, ','))
            return false;
    }
    return false;
}

/* The same. Without a leaf it is not an entry at all. */
static bool take_log_entry(plain_line *line, rs_bytes *leaf_input, rs_bytes *extra_data)
{
    return take_mark(line, ':') && take_base64(line, leaf_input) && leaf_input->n > 0 &&
           take_mark(line, ',') && TAKE(line, "\"extra_data\"") && take_mark(line, ':') &&
           take_base64(line, extra_data) && take_end(line);
}

size_t rs_plain_chains_take(rs_bytes text, const rs_survey_sink *sink, bool *goes_on)
{
    rs_bytes leaf_input, extra_data, chain[RS_SURVEY_CHAIN_MAX];
    size_t count;
    plain_line line;
    line.rest = (rs_plain_json){text.p, text.p + text.n};
    line.used = 0;
    if (TAKE(&line, "{\"leaf_input\"")) {
        if (!take_log_entry(&line, &leaf_input, &extra_data))
            return 0;
        *goes_on = rs_get_entries_decode(leaf_input, extra_data, sink);
    } else {
        if (!TAKE(&line, "{\"chain\"") || !take_chain(&line, chain, &count))
            return 0;
        *goes_on = rs_emit_chain(sink, chain, count);
    }
    return (size_t)(line.rest.at - text.p);
}
