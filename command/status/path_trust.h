/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who can replace a file that the guard depends on.
 */
#ifndef RS_PATH_TRUST_H
#define RS_PATH_TRUST_H

#include "command/status/problems.h"

#include <sys/types.h>

/*
 * Checks the file and every folder on the way to it, links resolved. Each must belong to root, to
 * the user who asks, or to `owner`, and nobody else may write to it; a folder with the sticky bit,
 * such as /tmp, is fine. Adds a warning `id` for the first that fails. A missing file is ignored.
 */
void rs_path_trust_check(const char *path, const char *what, uid_t owner, const char *id,
                         rs_problems *problems);

#endif
