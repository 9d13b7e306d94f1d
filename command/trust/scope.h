/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stanza of one root in the list sources.
 */
#ifndef RS_SCOPE_H
#define RS_SCOPE_H

#include "command/list/change.h"

/* What the stanza is to say. The arrays end with NULL. */
typedef struct rs_scope_wish {
    const rs_list_root *root;
    char *const *permit, *const *exclude; /* both empty: what a stanza says already */
    rs_mode_period mode;
} rs_scope_wish;

/*
 * Makes sure that the sources limit the root as wished, and compiles in any case. A stanza that
 * says the same, whatever the order of its rules, stays. Otherwise adds one to the local source
 * `file`. Returns where the stanza is, on the arena: a file, or FILE:LINE if it was there before.
 * NULL, after a message and with nothing changed, if a local stanza says something else. Of a dry
 * run, prints what would be written.
 */
const char *rs_scope_ensure(const rs_change_target *target, const char *file,
                            const rs_scope_wish *wish, rs_arena *arena);

/*
 * Finds the only root that the sources list under a label or hash (root_match.h); its label is on
 * the arena. Returns false, after a message, if there is none or several.
 */
bool rs_scope_find(const rs_change_target *target, const char *wanted, rs_arena *arena,
                   rs_list_root *root);

/* Whether a local stanza lists the root. Returns false too, after messages, if that is unknown. */
bool rs_scope_is_local(const rs_change_target *target, const rs_list_root *root);

/* Removes the root from all local stanzas, and compiles. Returns false after messages. */
bool rs_scope_remove(const rs_change_target *target, const rs_list_root *root);

#endif
