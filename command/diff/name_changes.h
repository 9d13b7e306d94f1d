/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The names that one stanza permits and another does not; stanza_changes.h finds them.
 */
#ifndef RS_NAME_CHANGES_H
#define RS_NAME_CHANGES_H

#include "lib/base/arena.h"
#include "lib/image/image.h"

/* What a change is about. */
typedef enum rs_covers {
    RS_COVERS_TREE,     /* the host `name` and every host below it; "": every host */
    RS_COVERS_SELF,     /* `name` itself: a host, a mailbox, a common name, … */
    RS_COVERS_BELOW,    /* every host below `name` */
    RS_COVERS_WILDCARD, /* only the wildcard for the hosts below `name` */
    RS_COVERS_LABEL,    /* every host of one label that no rule names */
    RS_COVERS_UNICODE,  /* names in other scripts below the host `name` */
    RS_COVERS_RANGE,    /* addresses */
    RS_COVERS_OTHERS,   /* every name of the form that no rule names */
} rs_covers;

/* Names, but for those that other changes or the same rules of both stanzas are about. */
typedef struct rs_name_change {
    bool gained;      /* the second stanza permits them, and the first does not; else reverse */
    uint16_t forms;   /* bit 1 << rs_form for each */
    rs_covers covers; /* what of `name` */
    const char *name; /* as in a list source, fit for a terminal */
    struct rs_name_change *next;
} rs_name_change;

/* The caller sets the first three members; the rest starts as zero. */
typedef struct rs_name_changes {
    rs_arena *arena; /* has the changes and their texts */
    /* A word in lower case that stands nowhere in the lists: what names begin with that no rule
     * has. At most RS_FRESH_MAX bytes, a letter first, then letters and digits. */
    const char *fresh;
    const rs_stanza *before, *after; /* all zero: everything is permitted */
    rs_name_change *first, *last;    /* in the order of the forms; of hosts, from the right */
    size_t gained, lost;
} rs_name_changes;

#define RS_FRESH_MAX 20

/* "hr.corp.example and every host below it, as dns:", on the arena. */
const char *rs_name_change_text(rs_arena *arena, const rs_name_change *change);

/* "tree", "self", "below", … for programs. */
const char *rs_covers_word(rs_covers covers);

/* Adds a change. `name` lives on the arena, or longer. Exits if memory runs out. */
void rs_name_changes_add(rs_name_changes *changes, bool gained, unsigned forms, rs_covers covers,
                         const char *name);
/* The same if the verdicts differ. */
void rs_name_changes_judge(rs_name_changes *changes, rs_verdict before, rs_verdict after,
                           rs_form form, rs_covers covers, const char *name);

#endif
