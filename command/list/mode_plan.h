/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a mode has to be written so that it takes effect, and what has to be written there.
 *
 * The mode of a root is that of its stanza, or of the last stanza with nothing but a mode in a
 * later file. If that one stands in a local file and is only for roots that were asked for, its
 * `mode` line changes; else a stanza with the mode is added in a file that sorts after it.
 */
#ifndef RS_MODE_PLAN_H
#define RS_MODE_PLAN_H

#include "command/list/local_edits.h"

typedef struct rs_mode_plan {
    rs_local_edits edits;  /* set up by the caller; then what has to be written */
    rs_mode_period wanted; /* set by the caller */

    const char **lines; /* what to tell, one for each root; on the edits' arena */
    size_t line_count;
    bool of_list; /* the list's mode is set, not that of roots */
} rs_mode_plan;

/*
 * Plans the mode of roots that are listed, as rs_root_match takes them, or `default` for the
 * default stanza. Once per plan. False, with the reason on standard error, if that cannot be done:
 * a root is not listed, or the file for added stanzas would not do.
 */
bool rs_mode_plan_roots(rs_mode_plan *plan, char *const *wanted);

/* Plans the list-wide mode; the same. */
bool rs_mode_plan_list(rs_mode_plan *plan);

/* Says on standard error what weaker modes stay in force beside the one that was set. */
void rs_mode_plan_warn(const rs_mode_plan *plan);

/* "enforce", "test until 2027-03-01": as after `mode`, on the arena. */
const char *rs_mode_plan_text(rs_arena *arena, rs_mode_period mode);

#endif
