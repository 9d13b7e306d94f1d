/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Constraints from elsewhere as the rules of a stanza.
 *
 * Elsewhere, a form of which nothing is permitted is not restricted. A stanza with a permit line
 * restricts every form, so it gets a line such as `permit email:*` for each of these.
 */
#ifndef RS_IMPORT_RULES_H
#define RS_IMPORT_RULES_H

#include "lib/base/arena.h"
#include "lib/image/image.h"

/* The caller sets the arena; the rest starts as zero. */
typedef struct rs_import_rules {
    rs_arena *arena;
    char **permit, **exclude; /* ended by NULL; NULL: none yet */
    size_t permit_count, exclude_count;
    bool is_permitted[RS_FORMS]; /* some permitted constraint is of this form */
    bool is_open[RS_FORMS];      /* one of those permits every name: it restricts none */
} rs_import_rules;

/*
 * Adds a rule as after `permit` or `exclude`, such as `dns:corp.example`. Returns NULL, or why a
 * list source refuses it. All functions here exit if memory runs out.
 */
const char *rs_import_rules_add(rs_import_rules *rules, rs_form form, bool exclude,
                                const char *rule);

/* Adds the permission of every name of a form. */
void rs_import_rules_open(rs_import_rules *rules, rs_form form);

/* After the last rule: drops those of forms that are open, and opens the forms that have none. */
void rs_import_rules_close(rs_import_rules *rules);

#endif
