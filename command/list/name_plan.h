/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Permits a listed root more names, or excludes names from those that it is permitted.
 */
#ifndef RS_NAME_PLAN_H
#define RS_NAME_PLAN_H

#include "command/list/local_edits.h"

typedef struct rs_name_plan {
    rs_polarity polarity;
    bool remove;        /* takes the lines of these names out, instead */
    char *const *root;  /* one word for rs_root_search, and NULL */
    char *const *names; /* as after `permit`, without quotes; ended by NULL */
} rs_name_plan;

/*
 * Plans the lines for each root that matches, and tells what becomes of each name. A name that the
 * stanza has a rule for already gets none. An excluded name that is permitted is no longer
 * excluded. The last permit line of a stanza is not taken out: without one, the stanza would permit
 * everything. Returns false after a message: no such root, a name that is wrong, no such line.
 */
bool rs_name_plan_run(const rs_name_plan *plan, rs_local_edits *edits);

#endif
