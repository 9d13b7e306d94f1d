/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RS_OWN_PATH_H
#define RS_OWN_PATH_H

#include <limits.h>
#include <stdbool.h>

/*
 * The path by which other programs are to call this command, in `path` or static. `in_root`: this
 * process has changed its root directory, so it is the installed one.
 */
const char *rs_own_path(bool in_root, char path[PATH_MAX]);

#endif
