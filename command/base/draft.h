/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A private copy of a text, which the user's editor changes.
 *
 * While there is one, SIGTERM, SIGHUP, SIGINT and SIGQUIT wait until the editor or the user has the
 * word. Then they end the command without the draft; only the keys of SIGINT and SIGQUIT are the
 * editor's while it runs. One draft at a time, in a process of one thread.
 */
#ifndef RS_DRAFT_H
#define RS_DRAFT_H

#include "lib/base/arena.h"

#include <signal.h>

typedef struct rs_draft {
    const char *folder, *path; /* on the arena */
    sigset_t ending;           /* the signals that wait */
    sigset_t before;           /* the mask of signals to go back to */
} rs_draft;

/* Whether an editor can be started: the user has chosen one, or there is a terminal for it. */
bool rs_draft_has_editor(void);

/*
 * Writes the draft as a file of this name, in a new folder of TMPDIR (or /tmp) that only this user
 * can read. Returns false after a message. Else rs_draft_discard or rs_draft_keep it.
 */
bool rs_draft_make(rs_arena *arena, const char *name, rs_bytes text, rs_draft *draft);

/* Runs the editor until it ends. Returns false, after a message, if it fails. */
bool rs_draft_edit(const rs_draft *draft);

/*
 * Asks what to do, until the answer begins with one of the letters `answers`. Returns the letter,
 * or '\0' if nobody is there to answer.
 */
char rs_draft_ask(const rs_draft *draft, const char *question, const char *answers);

/* Removes its folder, with whatever the editor left there. */
void rs_draft_discard(const rs_draft *draft);

/* Leaves it where it is. */
void rs_draft_keep(const rs_draft *draft);

#endif
