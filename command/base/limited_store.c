/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/limited_store.h"

#include "command/base/child_process.h"
#include "command/base/message.h"

#include <fcntl.h>
#include <stdio.h>
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

void rs_limited_store_read(const char *path, rs_limited_store *store)
{
    char start[128] = "";
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    *store = (rs_limited_store){.roots = -1};
    if (fd < 0)
        return;
    if (read(fd, start, sizeof start - 1) > 0 &&
        strncmp(start, RS_STORE_MARK, sizeof RS_STORE_MARK - 1) == 0 &&
        sscanf(start + sizeof RS_STORE_MARK - 1, RS_STORE_SCAN, &store->roots, store->list) < 1)
        store->roots = 0;
    close(fd);
}

bool rs_limited_store_is(const char *path)
{
    rs_limited_store store;
    rs_limited_store_read(path, &store);
    return store.roots >= 0;
}

const char *rs_limited_store_original(const char *path)
{
    static const char *const originals[] = {RS_STORE_NEXT, ROOTSCOPE_ORIGINALS "/" RS_STORE_BUNDLE};
    bool is_limited = rs_limited_store_is(path);
    for (size_t i = 0; i < sizeof originals / sizeof *originals && is_limited; i++)
        if (access(originals[i], R_OK) == 0)
            return originals[i];
    return path;
}
