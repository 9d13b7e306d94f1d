/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a tree of suffixes to the table that the compiled list has of it.
 */
#ifndef RS_SUFFIX_SET_WRITER_H
#define RS_SUFFIX_SET_WRITER_H

#include "lib/compiler/suffix_tree.h"

/* What a look-up must know besides the bytes. */
typedef struct rs_suffix_shape {
    uint32_t mask, seed;
    uint8_t root_rules;
    uint8_t labels; /* as in rs_suffix_set */
} rs_suffix_shape;

/*
 * Appends the table of offsets and the entries of a finished tree to `out`; nothing if the tree
 * has no suffix or only the empty one. The same suffixes and rules give the same bytes.
 *
 * RS_WRITE_TOO_LARGE too if no seed spreads the entries. Suffixes can be chosen to that
 * end only by someone who knows the tree's key.
 */
rs_write_status rs_suffix_set_write(const rs_suffix_tree *tree, rs_byte_buffer *out,
                                    rs_suffix_shape *shape);

#endif
