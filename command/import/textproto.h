/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A reader of messages in protobuf's text format, as far as lists of roots use it.
 */
#ifndef RS_TEXTPROTO_H
#define RS_TEXTPROTO_H

#include "lib/base/arena.h"

typedef enum rs_proto_token {
    RS_PROTO_BAD = 0, /* what the format does not have */
    RS_PROTO_END,     /* of the text */
    RS_PROTO_FIELD,   /* `name: value`: the name and the value are set */
    RS_PROTO_OPEN,    /* `name {`: the name is set */
    RS_PROTO_CLOSE,   /* `}` */
} rs_proto_token;

typedef struct rs_textproto {
    rs_bytes rest;
    size_t line; /* of `rest`, from 1 */
    rs_bytes name;
    rs_bytes value;    /* text without its quotes, or a number or word as it stands */
    bool in_list;      /* the value was one of `[a, b]`, and more may come */
    uint8_t *unquoted; /* on the arena, as large as the text */
} rs_textproto;

/* Starts on a text. The arena must outlive the reader. Exits if memory runs out. */
void rs_textproto_init(rs_textproto *proto, rs_bytes text, rs_arena *arena);

/* Reads on. Names and values are good until the arena is cleared. */
rs_proto_token rs_textproto_next(rs_textproto *proto);

#endif
