/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For tests: suffix sets made from rules, host names made from text.
 */
#ifndef RS_MADE_SET_H
#define RS_MADE_SET_H

#include "lib/compiler/suffix_set_writer.h"

#include <stdlib.h>

enum {
    PERMIT = RS_SUFFIX_PERMIT_SELF | RS_SUFFIX_PERMIT_BELOW,
    EXCLUDE = RS_SUFFIX_EXCLUDE_SELF | RS_SUFFIX_EXCLUDE_BELOW,
};

typedef struct made_set {
    rs_suffix_set set;
    rs_byte_buffer bytes;
} made_set;

/* Lays a tree flat; the set must be freed with made_set_clear. */
static inline made_set made_set_from_tree(rs_suffix_tree *tree)
{
    made_set made = {.bytes = {0}};
    rs_suffix_shape shape;
    if (rs_suffix_tree_finish(tree) != RS_WRITE_OK ||
        rs_suffix_set_write(tree, &made.bytes, &shape) != RS_WRITE_OK)
        abort();
    made.set = (rs_suffix_set){.mask = shape.mask, .seed = shape.seed};
    made.set.root_rules = shape.root_rules;
    made.set.labels = shape.labels;
    if (made.bytes.n > 0) {
        made.set.buckets = made.bytes.p;
        made.set.entries = made.bytes.p + 4 * ((size_t)shape.mask + 2);
        made.set.entries_size = (uint32_t)(made.bytes.n - 4 * ((size_t)shape.mask + 2));
    }
    return made;
}

static inline void made_set_clear(made_set *made)
{
    rs_byte_buffer_clear(&made->bytes);
}

/* `text` in lower case; a first label `*` makes a wildcard. */
static inline rs_host_name made_host(const char *text)
{
    rs_host_name host = {.wildcard = text[0] == '*'};
    if (host.wildcard)
        text += text[1] == '.' ? 2 : 1;
    host.length = (uint8_t)strlen(text);
    memcpy(host.text, text, host.length);
    rs_host_name_find_dots(&host);
    return host;
}

static inline bool permits(const rs_suffix_set *set, const char *name)
{
    rs_host_name host = made_host(name);
    rs_suffix_match match = rs_suffix_set_match(set, &host);
    return match.permitted && !match.excluded;
}

#endif
