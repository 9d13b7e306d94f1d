/* SPDX-License-Identifier: Apache-2.0 */
#include "command/status/process_unit.h"

#include "command/base/text.h"

#include <string.h>

/* What follows `0::` in cgroup version 2, and `name=systemd:` in version 1; NULL: neither. */
static const char *systemd_path(const char *cgroup)
{
    static const char *const starts[] = {"0::", ":name=systemd:"};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        const char *found = strstr(cgroup, starts[i]);
        if (found != NULL && found[strlen(starts[i])] == '/')
            return found + strlen(starts[i]);
    }
    return NULL;
}

const char *rs_process_unit_of(rs_arena *arena, const char *cgroup)
{
    static const char slice[] = "/system.slice/", ending[] = ".service";
    const char *at = systemd_path(cgroup);
    if (at == NULL || strncmp(at, slice, sizeof slice - 1) != 0)
        return NULL;
    for (at += sizeof slice - 1; *at != '\0' && *at != '\n';) {
        size_t length = strcspn(at, "/\n"), tail = sizeof ending - 1;
        if (length > tail && memcmp(at + length - tail, ending, tail) == 0)
            return rs_text_format(arena, "%.*s", (int)length, at);
        at += length + (at[length] == '/');
    }
    return NULL;
}
