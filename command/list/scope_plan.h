/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes the rules of one root and of no other.
 *
 * The local stanza for the root alone that decides on it is edited. If a shipped stanza decides, or
 * one with other roots, a copy of it for this root alone goes into a local file that wins over it.
 */
#ifndef RS_SCOPE_PLAN_H
#define RS_SCOPE_PLAN_H

#include "command/list/local_edits.h"
#include "command/list/root_stanzas.h"

typedef struct rs_scope_change {
    const char *const *add; /* statements, such as `permit corp.example` */
    size_t add_count;
    const uint32_t *drop; /* lines of rules in the file whose stanza decides */
    size_t drop_count;
} rs_scope_change;

/*
 * Plans a change for a listed root; NULL is the default stanza. `*copied` becomes the path of the
 * file that gets a copy, or NULL. Returns false, after a message, if a copy would have no effect.
 */
bool rs_scope_plan_change(rs_local_edits *edits, const rs_list_root *root,
                          const rs_scope_change *change, const char **copied);

#endif
