/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For tests of code with absolute paths: a root directory of their own, of which they may do with
 * /etc what they like. It is empty at the start.
 */
#ifndef RS_OWN_ROOT_H
#define RS_OWN_ROOT_H

#include "tests/unit/scratch.h"
#include "tests/unit/suite.h"

#include <errno.h>
#include <sched.h>
#include <string.h>

enum { OWN_ROOT_SKIPPED = 77 };

static int own_root_outside = -1;

static inline bool own_root_map(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    if (file == NULL)
        return false;
    bool good = fputs(text, file) >= 0;
    return fclose(file) == 0 && good;
}

/* Who is not root becomes the root of a user namespace, if the system lets him. */
static inline bool own_root_become_root(void)
{
    char users[32], groups[32];
    snprintf(users, sizeof users, "0 %u 1", geteuid());
    snprintf(groups, sizeof groups, "0 %u 1", getegid());
    return geteuid() == 0 ||
           (unshare(CLONE_NEWUSER) == 0 && own_root_map("/proc/self/setgroups", "deny") &&
            own_root_map("/proc/self/uid_map", users) &&
            own_root_map("/proc/self/gid_map", groups));
}

static inline bool own_root_enter(void)
{
    scratch_path root = scratch("root");
    own_root_outside = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
    return own_root_outside >= 0 && own_root_become_root() && mkdir(root.text, 0755) == 0 &&
           chroot(root.text) == 0 && chdir("/") == 0;
}

/* What is written at the end of a program, such as its coverage, belongs outside. */
static inline void own_root_leave(void)
{
    if (fchdir(own_root_outside) != 0 || chroot(".") != 0)
        abort();
}

static inline int own_root_run(const char *name, CU_TestInfo *tests)
{
    if (!own_root_enter()) {
        fprintf(stderr, "%s: this user cannot have a root directory of his own\n", name);
        return OWN_ROOT_SKIPPED;
    }
    int status = rs_suite_run(name, tests);
    own_root_leave();
    return status;
}

/* Instead of RS_SUITE. */
#define OWN_ROOT_SUITE(name, tests)                                                                \
    int main(void)                                                                                 \
    {                                                                                              \
        return own_root_run(name, tests);                                                          \
    }

/* Removes all that is in the root. */
static inline void own_root_empty(void)
{
    static const char *const folders[] = {"/etc", "/var", "/usr"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++)
        nftw(folders[i], scratch_remove_one, 4, FTW_DEPTH | FTW_PHYS);
}

/* A folder and those above it. */
static inline void own_root_make_folder(const char *path)
{
    char part[128];
    for (const char *slash = path; slash != NULL;) {
        slash = strchr(slash + 1, '/');
        snprintf(part, sizeof part, "%.*s", slash == NULL ? 127 : (int)(slash - path), path);
        if (mkdir(part, 0755) != 0 && errno != EEXIST)
            abort();
    }
}

#endif
