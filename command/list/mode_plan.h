/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds where a mode must be written to take effect, and what must be written there.
 *
 * A root has the mode of its stanza, or of the last stanza with nothing but a mode in a later file.
 * If that stanza is in a local file and lists only roots that were asked for, its `mode` line
 * changes. Otherwise a stanza with the mode is added to a file that sorts after it.
 */
#ifndef RS_MODE_PLAN_H
#define RS_MODE_PLAN_H

#include "command/list/local_edits.h"

typedef struct rs_mode_plan {
    rs_local_edits *edits; /* get what has to be written, and a line for each root */
    rs_mode_period wanted;

    bool of_list; /* set here: the list's mode is set, not that of roots */
} rs_mode_plan;

/*
 * Plans the mode of listed roots: words for rs_root_match, or `default` for the default stanza.
 * Call it once per plan. Returns false, after a message, if a root is not listed or the file for
 * added stanzas does not sort late enough.
 */
bool rs_mode_plan_roots(rs_mode_plan *plan, char *const *wanted);

/* Plans the list-wide mode in the same way. */
bool rs_mode_plan_list(rs_mode_plan *plan);

/* Warns of weaker modes that still apply. */
void rs_mode_plan_warn(const rs_mode_plan *plan);

/* Reads what follows `mode` in a list source. Returns false if it is not a mode. */
bool rs_mode_plan_read(const char *words, rs_mode_period *mode);

bool rs_mode_plan_same(rs_mode_period a, rs_mode_period b);

/* "enforce", "test until 2027-03-01": as after `mode`, on the arena. */
const char *rs_mode_plan_text(rs_arena *arena, rs_mode_period mode);

#endif
