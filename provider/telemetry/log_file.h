/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A log file that many processes and threads append lines to, inside of programs that know nothing
 * of it: they close descriptors that are not theirs, chroot, drop privileges, fork, run into
 * limits, while others rotate the file.
 *
 * The descriptor is opened once, early, and kept. It is compared with the file that was opened
 * before each use: a program may have closed it and got the number for something else, which is
 * then neither written to nor closed.
 *
 * The comparison and the use are two system calls, and no system has one for both. If another
 * thread closes the number between them and gets it again, then what it got is closed where this
 * was about to close, and where this was about to write it gets the line if it is a file that is
 * open for appending, or elsewhere on a file system without a bound on sizes, far beyond its end.
 * No pipe, socket or terminal gets it, and nothing that a file has is overwritten.
 *
 * Nothing here waits for another thread, and no signal is raised. Each function leaves errno as it
 * likes.
 */
#ifndef RS_LOG_FILE_H
#define RS_LOG_FILE_H

#include "lib/base/bytes.h"

#include <stdatomic.h>
#include <sys/types.h>

#define RS_LOG_FILE_SIZE_MAX (64 << 20) /* bytes; a file does not grow beyond */

/* Which file it is. 0 as inode: none. */
typedef struct rs_log_file_id {
    atomic_ullong device, inode;
} rs_log_file_id;

typedef struct rs_log_file {
    const char *path;
    atomic_int fd;           /* -1: none was opened yet */
    rs_log_file_id known[2]; /* what `fd` may lead to: one, two while one replaces the other */
    atomic_uint version;     /* counts changes of these */
    atomic_bool changing;    /* held by whoever opens the path; never waited for */
    atomic_bool torn;        /* the last line of ours was not written to its end */
    bool has_owner;          /* by whoever holds `changing`: */
    uid_t owner;             /* of the first file that was opened; before, who would create it */
    dev_t root_device;       /* of the root directory at the start, */
    ino_t root_inode;        /* where the path was meant */
} rs_log_file;

/*
 * Opens the file at an absolute path (borrowed for the life of `file`), or creates it with mode
 * 0640. It must be a regular file, not a symbolic link. If that fails it is tried again at each
 * line.
 */
void rs_log_file_init(rs_log_file *file, const char *path);

/* Closes the descriptor if it is ours. Nobody may use the file at that time or later. */
void rs_log_file_clear(rs_log_file *file);

/*
 * Appends a line and a newline with one system call.
 * Returns false if it was lost: there is no file to be had, it is full, or the disk is.
 *
 * A descriptor that is no longer ours, or whose file was deleted, is replaced first, by a file at
 * the path that has the owner of the first one.
 */
bool rs_log_file_write(rs_log_file *file, rs_bytes line);

/*
 * Goes over to the file that the path now leads to, if it is another one with the same owner. If
 * there is none, one is created, unless the process has changed its user or root directory.
 */
void rs_log_file_refresh(rs_log_file *file);

/* In a child of fork, where no other thread goes on. It shares the parent's open file. */
void rs_log_file_after_fork(rs_log_file *file);

#endif
