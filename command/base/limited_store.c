/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/limited_store.h"

#include "command/base/child_process.h"
#include "command/base/message.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { HOOK_SECONDS = 300 };

void rs_limited_store_renew(void)
{
    static char hook[] = RS_STORE_HOOK;
    char *argv[] = {hook, NULL};
    const rs_child child = {.argv = argv, .seconds = HOOK_SECONDS, .join_errors = true};
    if (access(RS_STORE_HOOK, X_OK) != 0)
        return;
    rs_child_result *result = rs_message_need(malloc(sizeof *result));
    rs_child_run(&child, result);
    if (result->end != RS_CHILD_EXITED || result->code != 0)
        rs_message_warning("the trust store keeps the limits of an older list; see what "
                           "`rootscope enable --all-libraries` says");
    free(result);
}

bool rs_limited_store_is(const char *path)
{
    char start[sizeof RS_STORE_MARK - 1];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool is = fd >= 0 && read(fd, start, sizeof start) == (ssize_t)sizeof start &&
              memcmp(start, RS_STORE_MARK, sizeof start) == 0;
    if (fd >= 0)
        close(fd);
    return is;
}

const char *rs_limited_store_original(const char *path)
{
    static const char original[] = ROOTSCOPE_ORIGINALS "/" RS_STORE_BUNDLE;
    return rs_limited_store_is(path) && access(original, R_OK) == 0 ? original : path;
}
