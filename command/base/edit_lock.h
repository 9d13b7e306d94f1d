/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A lock for each folder with files that commands change: one command at a time reads, changes and
 * compiles them, so that none loses the change of another.
 *
 * The lock is a file in /run/rootscope, or in /run/user/UID/rootscope of another user than root: a
 * file in the folder itself would wake whoever watches the folder, and a lock on the folder could
 * be held by anybody who may read it. The file is removed when the lock is given back; its folder
 * stays, and is the only one of /run that rootscope-compile.service may write to. The system
 * releases the lock of a process that ends.
 */
#ifndef RS_EDIT_LOCK_H
#define RS_EDIT_LOCK_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

/* How long a command waits for another one. */
#define RS_EDIT_LOCK_SECONDS 10

typedef struct rs_edit_lock {
    int fd; /* -1: nothing is locked */
    dev_t device;
    ino_t folder;
    char path[80];             /* of the file */
    struct rs_edit_lock *next; /* all that this process holds */
} rs_edit_lock;

/*
 * Takes the lock of a folder. Returns false, after a message that names the holder, if another
 * process holds it for more than `seconds`. Returns true in all other cases, and if the folder does
 * not exist, the user has no place for the file, or this process holds the lock already: there is
 * nothing to wait for then. Give it back by rs_edit_lock_release, in any case. Not thread-safe.
 */
bool rs_edit_lock_take(rs_edit_lock *lock, const char *folder, unsigned seconds);

void rs_edit_lock_release(rs_edit_lock *lock);

#endif
