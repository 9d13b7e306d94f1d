/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/format/json_chains.h"

#include "command/survey/input/format/base64.h"
#include "command/survey/input/format/emit.h"
#include "command/survey/input/format/get_entries.h"
#include "command/survey/input/format/lines.h"
#include "command/survey/input/format/plain_line.h"

/* False if it is not base64. */
static bool decode_text(rs_json_text text, rs_bytes *bytes)
{
    size_t n = text.n;
    bool good = rs_base64_decode(text.p, &n);
    *bytes = rs_bytes_make(text.p, n);
    return good;
}

static bool take_chain(void *context, const rs_json_text *texts, size_t count)
{
    const rs_survey_sink *sink = context;
    rs_bytes chain[RS_SURVEY_CHAIN_MAX];
    size_t kept = 0;
    if (count > RS_SURVEY_CHAIN_MAX)
        return rs_emit_rejection(sink, RS_SURVEY_TOO_MANY);
    for (size_t i = 0; i < count; i++) {
        if (decode_text(texts[i], &chain[kept]))
            kept++;
        else if (!rs_emit_rejection(sink, RS_SURVEY_NOT_BASE64))
            return false;
        else if (i == 0)
            return true; /* what is above no leaf says nothing */
    }
    return rs_emit_chain(sink, chain, kept);
}

static bool take_log_entry(void *context, rs_json_text leaf_input, rs_json_text extra_data)
{
    rs_bytes leaf, extra;
    if (leaf_input.n == 0)
        return rs_emit_rejection(context, RS_SURVEY_NO_CHAIN);
    if (!decode_text(leaf_input, &leaf) || !decode_text(extra_data, &extra))
        return rs_emit_rejection(context, RS_SURVEY_NOT_BASE64);
    return rs_get_entries_decode(leaf, extra, context);
}

static bool decode_document(rs_json_reader *reader, rs_bytes document, const rs_survey_sink *sink)
{
    rs_json_taker taker = {.context = (void *)(uintptr_t)sink};
    taker.chain = take_chain;
    taker.log_entry = take_log_entry;
    switch (rs_json_read(reader, document, &taker)) {
    case RS_JSON_OK:
        return true;
    case RS_JSON_NOT_JSON:
        return rs_emit_rejection(sink, RS_SURVEY_NOT_JSON);
    case RS_JSON_TOO_MANY:
        return rs_emit_rejection(sink, RS_SURVEY_TOO_MANY);
    case RS_JSON_NO_CHAIN:
        return rs_emit_rejection(sink, RS_SURVEY_NO_CHAIN);
    case RS_JSON_STOPPED:
    case RS_JSON_NO_MEMORY:
        break;
    }
    return false;
}

static bool decode_line(rs_json_reader *reader, uint8_t **text, size_t *size,
                        const rs_survey_sink *sink)
{
    rs_plain_line plain;
    uint8_t *line;
    size_t n;
    if (!rs_plain_line_read(&plain, rs_bytes_make(*text, *size)))
        return !rs_lines_next(text, size, &line, &n) || n == 0 ||
               decode_document(reader, rs_bytes_make(line, n), sink);
    *text += plain.size;
    *size -= plain.size;
    return rs_plain_line_decode(&plain, sink);
}

bool rs_json_decode_lines(rs_json_reader *reader, uint8_t *text, size_t size,
                          const rs_survey_sink *sink)
{
    while (size > 0) {
        if (!decode_line(reader, &text, &size, sink))
            return false;
    }
    return true;
}

bool rs_json_is_answer(rs_bytes text)
{
    static const char entries[] = "\"entries\"";
    size_t at = 1;
    if (text.n == 0 || text.p[0] != '{')
        return false;
    while (at < text.n && (text.p[at] == ' ' || (text.p[at] >= '\t' && text.p[at] <= '\r')))
        at++;
    return text.n - at >= sizeof entries - 1 &&
           memcmp(text.p + at, entries, sizeof entries - 1) == 0;
}

/* The size of the first answer: up to the next one. */
static size_t answer_size(rs_bytes text)
{
    const uint8_t *feed = text.n > 0 ? memchr(text.p, '\n', text.n) : NULL;
    while (feed != NULL) {
        size_t at = (size_t)(feed + 1 - text.p);
        if (rs_json_is_answer(rs_bytes_skip(text, at)))
            return at;
        feed = memchr(text.p + at, '\n', text.n - at);
    }
    return text.n;
}

bool rs_json_decode_answers(rs_json_reader *reader, uint8_t *text, size_t size,
                            const rs_survey_sink *sink)
{
    while (size > 0) {
        size_t n = answer_size(rs_bytes_make(text, size));
        if (!decode_document(reader, rs_bytes_make(text, n), sink))
            return false;
        text += n;
        size -= n;
    }
    return true;
}
