/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of telemetry that grow while they are read: logs that are rotated by renaming or by
 * truncation, that are not there yet, and pipes.
 *
 * A renamed log is read for some more seconds: its writers notice the change later. inotify reports
 * changes. Each file is also looked at once a second, for what inotify does not see: files on other
 * machines.
 */
#ifndef RS_FOLLOW_FILES_H
#define RS_FOLLOW_FILES_H

#include "command/telemetry/stream.h"

typedef struct rs_follow_files rs_follow_files;

/*
 * Begins with these files; `-` is standard input. Reads nothing yet. `present` gets what the files
 * contain now, `later` gets what is added. Both and the paths must live as long. NULL, after a
 * message, if one of the files exists and cannot be read.
 */
rs_follow_files *rs_follow_files_new(char *const *paths, size_t count,
                                     const rs_telemetry_taker *present,
                                     const rs_telemetry_taker *later);

/*
 * Takes the lines that are there. If there are very many, it leaves some for the next call, and
 * rs_follow_files_wait returns at once: others get their turn.
 */
void rs_follow_files_read(rs_follow_files *files);

/* Whether something may still come: a file always grows, a pipe ends with its writers. */
bool rs_follow_files_go_on(const rs_follow_files *files);

/*
 * Waits until there may be something to read, for so many milliseconds at most, or until `wake`
 * can be read. Returns whether it can.
 */
bool rs_follow_files_wait(const rs_follow_files *files, int wake, int milliseconds);

/* Takes rests without a newline as lines, and frees. NULL is allowed. */
void rs_follow_files_free(rs_follow_files *files);

#endif
