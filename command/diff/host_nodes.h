/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All names that the suffix sets of two stanzas have rules for.
 */
#ifndef RS_HOST_NODES_H
#define RS_HOST_NODES_H

#include "lib/base/arena.h"
#include "lib/image/image.h"

typedef struct rs_host_nodes {
    rs_bytes *names; /* ascending by rs_suffix_order, each once */
    size_t count;
} rs_host_nodes;

/*
 * Collects the names of all forms, and each name above one of them, the empty one included. They
 * lie on the arena. Returns false if a set cannot be walked. Exits if memory runs out.
 */
bool rs_host_nodes_collect(rs_arena *arena, const rs_stanza *a, const rs_stanza *b,
                           rs_host_nodes *nodes);

/* Whether two views are of the same set. */
bool rs_host_nodes_same_set(const rs_suffix_set *a, const rs_suffix_set *b);

#endif
