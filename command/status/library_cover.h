/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which TLS libraries of this machine are covered by the module, which by a limited trust store
 * (`rootscope enable --all-libraries`), and which by nothing.
 */
#ifndef RS_LIBRARY_COVER_H
#define RS_LIBRARY_COVER_H

#include "command/status/live_check.h"

typedef enum rs_cover {
    RS_COVER_NOTHING,
    RS_COVER_STORE,  /* the limited trust store */
    RS_COVER_MODULE, /* the module */
} rs_cover;

typedef struct rs_library {
    const char *name;
    rs_cover cover;
    const char *why; /* more about it, for people; NULL: there is nothing to say */
} rs_library;

#define RS_LIBRARIES_MAX 8

typedef struct rs_library_cover {
    rs_library items[RS_LIBRARIES_MAX];
    size_t count;
    int limited; /* roots in the trust store; -1: it is not limited */
} rs_library_cover;

/*
 * Looks at what is installed. Warns if the trust store is limited by another list than the one that
 * was read, or will not stay limited.
 */
void rs_library_cover_look(const rs_live_check *live, const rs_list_status *list,
                           rs_library_cover *cover, rs_problems *problems);

/* "the module", "the limited trust store" or "nothing". */
const char *rs_cover_words(rs_cover cover);

#endif
