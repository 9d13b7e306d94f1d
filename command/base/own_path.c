/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/own_path.h"

#include <unistd.h>

/* The command that runs is not the installed one while it is tested. */
const char *rs_own_path(bool in_root, char path[PATH_MAX])
{
    ssize_t n = in_root ? -1 : readlink("/proc/self/exe", path, PATH_MAX - 1);
    if (n <= 0)
        return ROOTSCOPE_COMMAND;
    path[n] = '\0';
    return path;
}
