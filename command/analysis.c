/* SPDX-License-Identifier: Apache-2.0 */
#include "command/analysis.h"

#include "command/base/exit_status.h"
#include "command/base/message.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The path of the second executable beside this one; false: it is not there. */
static bool find_beside(char path[PATH_MAX])
{
    ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - 1);
    if (length <= 0)
        return false;
    path[length] = '\0';
    char *slash = strrchr(path, '/');
    size_t room = slash == NULL ? 0 : (size_t)(path + PATH_MAX - slash - 1);
    return room > 0 && snprintf(slash + 1, room, "rootscope-analysis") < (int)room &&
           access(path, X_OK) == 0;
}

int rs_analysis_run(const char *subcommand, char **argv)
{
    char beside[PATH_MAX];
    const char *path = find_beside(beside) ? beside : ROOTSCOPE_ANALYSIS;
    execv(path, argv);
    if (errno == ENOENT)
        rs_message_error("%s is in the package rootscope-analysis: install that (there is no %s)",
                         subcommand, path);
    else
        rs_message_error("cannot run %s: %s", path, strerror(errno));
    return RS_EXIT_ERROR;
}
