/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What changes for each root from one compiled list to another.
 *
 * A list treats a name outside a root's scope in one of three ways: it denies it, reports it (mode
 * test), or lets it pass. A root is wider if from now on the second list treats some name more
 * kindly than the first. A root that is not listed is under the default stanza, or free.
 */
#ifndef RS_ROOT_CHANGES_H
#define RS_ROOT_CHANGES_H

#include "command/diff/name_changes.h"

typedef struct rs_root_change {
    bool is_default; /* of the default stanza; else of `root` */
    rs_root root;    /* its label is that of the second list, if that lists it */
    uint32_t stanza_before, stanza_after;   /* RS_NO_STANZA: none, not even the default */
    bool was_listed, is_listed;             /* false: under the default stanza */
    rs_mode_period mode_before, mode_after; /* the weakest of list and stanza */
    const rs_name_changes *names;
    /* Chains with another listed root, too, are no longer limited by this one. */
    bool leaves_other_roots;
    bool is_wider, is_narrower;
} rs_root_change;

typedef struct rs_root_changes {
    rs_arena arena;
    rs_root_change *items; /* wider ones first; then as a list has them, the default last */
    size_t count;          /* of those that changed at all */
    size_t wider, narrower, unchanged;
} rs_root_changes;

/*
 * Compares two lists as of a time (seconds since 1970 UTC). The images must outlive the changes,
 * which start with zeros; clear them in the end. Returns false after a message if a list is intact
 * but not of our making. Exits if memory runs out.
 */
bool rs_root_changes_find(const rs_image *before, const rs_image *after, int64_t now,
                          rs_root_changes *changes);

void rs_root_changes_clear(rs_root_changes *changes);

#endif
