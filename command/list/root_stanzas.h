/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds the stanzas of several sources that decide on a root. rs_list_merge follows the same rules,
 * but does not tell the files.
 */
#ifndef RS_ROOT_STANZAS_H
#define RS_ROOT_STANZAS_H

#include "command/list/sources.h"

/* A stanza and its file; NULL: none. */
typedef struct rs_placed_stanza {
    const rs_source_file *file;
    const rs_list_stanza *stanza;
} rs_placed_stanza;

typedef struct rs_root_stanzas {
    rs_placed_stanza rules;       /* whose rules apply */
    rs_placed_stanza mode;        /* whose mode applies: the same, or one with only a mode */
    rs_placed_stanza mode_before; /* whose mode would apply without that one */
} rs_root_stanzas;

/* Searches parsed sources. `root` NULL: the default stanza. All is NULL if there is none. */
rs_root_stanzas rs_root_stanzas_find(const rs_sources *sources, const rs_list_root *root);

/* Whether both are the same root, or both the default. */
bool rs_root_stanzas_same(const rs_list_root *a, const rs_list_root *b);

/* Whether a stanza lists the root. `root` NULL: whether it is the default stanza. */
bool rs_root_stanzas_has(const rs_list_stanza *stanza, const rs_list_root *root);

/* Returns the mode of a stanza; enforce if it has none, or if there is no stanza. */
rs_mode_period rs_root_stanzas_mode(const rs_list_stanza *stanza);

/*
 * "Corp Root (spki-sha256:0123456789abcdef)", fit for a terminal, on the arena; "default" for
 * NULL.
 */
const char *rs_root_stanzas_text(rs_arena *arena, const rs_list_root *root);

/* The first line of a stanza for the root, with its whole hash and its label; on the arena. */
const char *rs_root_stanzas_head(rs_arena *arena, const rs_list_root *root);

#endif
