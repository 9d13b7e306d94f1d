/* SPDX-License-Identifier: Apache-2.0 */
#include "command/import/textproto.h"

#include "command/base/message.h"
#include "lib/base/ascii.h"

void rs_textproto_init(rs_textproto *proto, rs_bytes text, rs_arena *arena)
{
    *proto = (rs_textproto){.rest = text, .line = 1};
    proto->unquoted = rs_message_need(rs_arena_take(arena, text.n + 1));
}

static void skip(rs_textproto *proto)
{
    proto->line += proto->rest.p[0] == '\n';
    proto->rest = rs_bytes_skip(proto->rest, 1);
}

static bool at(const rs_textproto *proto, char c)
{
    return proto->rest.n > 0 && proto->rest.p[0] == (uint8_t)c;
}

/* White space, comments, and what may stand between fields. */
static void skip_space(rs_textproto *proto)
{
    while (proto->rest.n > 0) {
        if (at(proto, '#'))
            while (proto->rest.n > 0 && !at(proto, '\n'))
                skip(proto);
        else if (at(proto, ' ') || at(proto, '\t') || at(proto, '\r') || at(proto, '\n') ||
                 at(proto, ',') || at(proto, ';'))
            skip(proto);
        else
            return;
    }
}

static bool is_word(uint8_t c)
{
    return rs_ascii_is_alpha(c) || rs_ascii_is_digit(c) || c == '_' || c == '.' || c == '-' ||
           c == '+';
}

static rs_bytes read_word(rs_textproto *proto)
{
    rs_bytes word = rs_bytes_make(proto->rest.p, 0);
    while (proto->rest.n > 0 && is_word(proto->rest.p[0])) {
        skip(proto);
        word.n++;
    }
    return word;
}

/* Text in quotes. Escapes other than \" \' and \\ are not in lists of roots: refused. */
static bool read_text(rs_textproto *proto)
{
    uint8_t quote = proto->rest.p[0];
    uint8_t *to = proto->unquoted;
    for (skip(proto); proto->rest.n > 0 && proto->rest.p[0] != quote; skip(proto)) {
        if (at(proto, '\n'))
            return false;
        if (at(proto, '\\')) {
            skip(proto);
            if (!at(proto, '"') && !at(proto, '\'') && !at(proto, '\\'))
                return false;
        }
        *to++ = proto->rest.p[0];
    }
    if (proto->rest.n == 0)
        return false;
    skip(proto);
    proto->value = rs_bytes_make(proto->unquoted, (size_t)(to - proto->unquoted));
    proto->unquoted = to;
    return true;
}

static rs_proto_token read_value(rs_textproto *proto)
{
    skip_space(proto);
    if (proto->in_list && at(proto, ']')) {
        proto->in_list = false;
        skip(proto);
        return rs_textproto_next(proto);
    }
    if (at(proto, '"') || at(proto, '\''))
        return read_text(proto) ? RS_PROTO_FIELD : RS_PROTO_BAD;
    proto->value = read_word(proto);
    return proto->value.n > 0 ? RS_PROTO_FIELD : RS_PROTO_BAD;
}

rs_proto_token rs_textproto_next(rs_textproto *proto)
{
    if (proto->in_list)
        return read_value(proto);
    skip_space(proto);
    if (proto->rest.n == 0)
        return RS_PROTO_END;
    if (at(proto, '}') || at(proto, '>')) {
        skip(proto);
        return RS_PROTO_CLOSE;
    }
    proto->name = read_word(proto);
    if (proto->name.n == 0)
        return RS_PROTO_BAD;
    skip_space(proto);
    bool has_colon = at(proto, ':');
    if (has_colon) {
        skip(proto);
        skip_space(proto);
    }
    if (at(proto, '{') || at(proto, '<')) {
        skip(proto);
        return RS_PROTO_OPEN;
    }
    if (!has_colon)
        return RS_PROTO_BAD;
    if (at(proto, '[')) {
        skip(proto);
        proto->in_list = true;
    }
    return read_value(proto);
}
