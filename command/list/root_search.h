/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds roots of list sources by what the user calls them.
 */
#ifndef RS_ROOT_SEARCH_H
#define RS_ROOT_SEARCH_H

#include "command/list/sources.h"

/* Roots of sources, each once; NULL is the default stanza. */
typedef struct rs_found_roots {
    const rs_list_root **items; /* on the arena */
    size_t count;
} rs_found_roots;

/*
 * Finds the roots that parsed sources list under some words, ended by NULL: words for
 * rs_root_match, or `default` for the default stanza. Returns false, after a message that names the
 * roots there are, if a word names none. Exits if memory runs out.
 */
bool rs_root_search(const rs_sources *sources, rs_arena *arena, char *const *wanted,
                    rs_found_roots *found);

#endif
