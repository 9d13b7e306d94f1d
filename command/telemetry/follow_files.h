/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of telemetry that grow while they are read: logs that are rotated by renaming or by
 * truncation, that are not there yet, and pipes.
 *
 * A log that was renamed is read for some seconds more, since its writers learn of it later. What
 * changes is told by inotify; each file is looked at once a second besides, for what inotify does
 * not see: files on other machines.
 */
#ifndef RS_FOLLOW_FILES_H
#define RS_FOLLOW_FILES_H

#include "command/telemetry/stream.h"

typedef struct rs_follow_files rs_follow_files;

/*
 * Begins with these files, `-` being standard input; reads nothing yet. What is in files already
 * is for `present`, what comes is for `later`; these and the paths must live as long. NULL, after
 * a message, if one of the files is there and cannot be read.
 */
rs_follow_files *rs_follow_files_new(char *const *paths, size_t count,
                                     const rs_telemetry_taker *present,
                                     const rs_telemetry_taker *later);

/*
 * Takes the lines that are there by now. If there are very many, some are left, and waiting does
 * not take long: so that others get their turn.
 */
void rs_follow_files_read(rs_follow_files *files);

/* Whether something may still come: a file always grows, a pipe ends with its writers. */
bool rs_follow_files_go_on(const rs_follow_files *files);

/*
 * Waits until there may be something to read, for so many milliseconds at most, or until `wake`
 * can be read. Returns whether it can.
 */
bool rs_follow_files_wait(const rs_follow_files *files, int wake, int milliseconds);

/* Takes what is left without a newline as lines, and frees. NULL is fine. */
void rs_follow_files_free(rs_follow_files *files);

#endif
