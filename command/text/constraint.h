/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One constraint of a nameConstraints extension in the words of a list source.
 */
#ifndef RS_CONSTRAINT_TEXT_H
#define RS_CONSTRAINT_TEXT_H

#include "lib/base/arena.h"
#include "lib/names/name_constraints.h"
#include "lib/names/verdict.h"

/* A constraint as a rule; all text is on the arena. */
typedef struct rs_constraint_text {
    rs_form form;     /* which names it is about */
    const char *rule; /* as after `permit` or `exclude`, without quotes; NULL: no rule says it */
    const char *why;  /* then: why not */
    bool everything;  /* every name of its form; of directory names, no rule says that either */
} rs_constraint_text;

/*
 * The rule that a constraint is. Nothing that it refuses is a rule, but a list source may still
 * refuse what it gives: a host name may be wrong. Exits if there is no memory.
 */
rs_constraint_text rs_constraint_text_of(rs_arena *arena, const rs_constraint *constraint);

/* What the constraint is, for people: `permitted dNSName "example.com"`. Never NULL. */
const char *rs_constraint_text_describe(rs_arena *arena, const rs_constraint *constraint);

#endif
