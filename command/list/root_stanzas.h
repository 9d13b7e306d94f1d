/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which stanzas of several sources decide on a root: as rs_list_merge does it, but told by file.
 */
#ifndef RS_ROOT_STANZAS_H
#define RS_ROOT_STANZAS_H

#include "command/list/sources.h"

/* A stanza and where it stands; NULL: none. */
typedef struct rs_placed_stanza {
    const rs_source_file *file;
    const rs_list_stanza *stanza;
} rs_placed_stanza;

typedef struct rs_root_stanzas {
    rs_placed_stanza rules;       /* whose rules hold */
    rs_placed_stanza mode;        /* whose mode holds: the same, or one that has a mode alone */
    rs_placed_stanza mode_before; /* whose mode would hold without that one */
} rs_root_stanzas;

/* Those of a root, or with NULL of the default, in parsed sources. All NULL if it is not listed. */
rs_root_stanzas rs_root_stanzas_find(const rs_sources *sources, const rs_list_root *root);

/* Whether both are the same root, or both the default. */
bool rs_root_stanzas_same(const rs_list_root *a, const rs_list_root *b);

/* Whether a stanza is for the root, or with NULL the default stanza. */
bool rs_root_stanzas_has(const rs_list_stanza *stanza, const rs_list_root *root);

/* The mode of a stanza; enforce if it has none or is NULL. */
rs_mode_period rs_root_stanzas_mode(const rs_list_stanza *stanza);

/*
 * "Corp Root (spki-sha256:0123456789abcdef)", fit for a terminal, on the arena; "default" for
 * NULL.
 */
const char *rs_root_stanzas_text(rs_arena *arena, const rs_list_root *root);

/* The first line of a stanza for the root, with its whole hash and its label; on the arena. */
const char *rs_root_stanzas_head(rs_arena *arena, const rs_list_root *root);

#endif
