/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A suffix set turned back into the names that it has rules for, for people to read. Not for the
 * module, which only looks names up.
 */
#ifndef RS_SUFFIX_WALK_H
#define RS_SUFFIX_WALK_H

#include "lib/base/arena.h"
#include "lib/image/suffix_set.h"

/* A name with rules of its own. */
typedef struct rs_suffix_node {
    rs_bytes name; /* lower case; empty for the root, above every top-level label */
    uint8_t rules; /* RS_SUFFIX_*, without the computed RS_SUFFIX_EXCLUDE_UNDER */
} rs_suffix_node;

/*
 * All names of a set that a checked image has, ascending by rs_suffix_order; on the arena.
 *
 * Returns false if there was no memory, or if the set is not a tree (a name longer than
 * RS_HOST_NAME_MAX, a parent that does not exist), which the check of an image does not see
 * because look-ups are safe all the same.
 */
bool rs_suffix_walk(const rs_suffix_set *set, rs_arena *arena, rs_suffix_node **nodes,
                    size_t *count);

/* Orders names label by label from the right, a name before those below it: -1, 0 or 1. */
int rs_suffix_order(rs_bytes a, rs_bytes b);

#endif
