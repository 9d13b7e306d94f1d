/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who can replace a file that the guard depends on.
 */
#ifndef RS_PATH_TRUST_H
#define RS_PATH_TRUST_H

#include "command/status/problems.h"

#include <sys/types.h>

/*
 * Looks at the file and at every folder on the way to it, links resolved. Each should belong to
 * root, to the user who asks, or to `owner`, and be writable by nobody else; a folder with the
 * sticky bit, as /tmp, may be. The first that is not is a warning under the word `id`. Nothing is
 * said of a file that is not there.
 */
void rs_path_trust_check(const char *path, const char *what, uid_t owner, const char *id,
                         rs_problems *problems);

#endif
