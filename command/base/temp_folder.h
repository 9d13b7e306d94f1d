/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command's temporary folder. It is removed, with all files in it, at exit and when SIGINT,
 * SIGTERM, SIGHUP, SIGQUIT or SIGPIPE ends the command. Registered children are killed then.
 */
#ifndef RS_TEMP_FOLDER_H
#define RS_TEMP_FOLDER_H

#include "lib/base/bytes.h"

#include <stdbool.h>
#include <sys/types.h>

/*
 * Makes it if it is not there, in TMPDIR if other users may enter that, else in /tmp. Other users
 * may read it, and what is in it: the checks run as an unprivileged user too. False, and the reason
 * on standard error, if it cannot be made.
 */
bool rs_temp_folder_make(void);

/*
 * The path of a file of this name there, to be written by the caller; it need not exist in the
 * end. NULL if there are too many. Good until the program ends.
 */
const char *rs_temp_folder_path(const char *name);

/* Writes a file there, maybe again, with mode 0644; its path, or NULL after a message. */
const char *rs_temp_folder_write(const char *name, rs_bytes content);

/* A child to be killed, with its process group if it leads one; 0 takes it back. */
void rs_temp_folder_child(int place, pid_t child);
#define RS_TEMP_CHILDREN 2

#endif
