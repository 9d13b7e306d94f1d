/* SPDX-License-Identifier: Apache-2.0 */
#include "command/status/path_trust.h"

#include "command/base/text.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *user_name(rs_arena *arena, uid_t user)
{
    const struct passwd *known = getpwuid(user);
    return known != NULL ? rs_text_format(arena, "the user %s", known->pw_name)
                         : rs_text_format(arena, "the user with number %ld", (long)user);
}

/* Who else can replace the file or folder, in words; NULL: nobody. */
static const char *stranger_of(rs_arena *arena, const char *path, uid_t owner)
{
    struct stat s;
    if (stat(path, &s) != 0)
        return NULL;
    if (s.st_uid != 0 && s.st_uid != geteuid() && s.st_uid != owner)
        return user_name(arena, s.st_uid);
    if (S_ISDIR(s.st_mode) && (s.st_mode & S_ISVTX) != 0)
        return NULL;
    if ((s.st_mode & S_IWOTH) != 0)
        return "every user";
    return (s.st_mode & S_IWGRP) != 0 && s.st_gid != 0 ? "its group" : NULL;
}

/* Cuts the last part off; false if there was none: it was `/`. */
static bool go_up(char *path)
{
    char *slash = strrchr(path, '/');
    if (slash == NULL || path[1] == '\0')
        return false;
    slash[slash == path] = '\0';
    return true;
}

void rs_path_trust_check(const char *path, const char *what, uid_t owner, const char *id,
                         rs_problems *problems)
{
    rs_arena *arena = &problems->arena;
    char *part = realpath(path, NULL);
    if (part == NULL)
        return;
    const char *who;
    do
        who = stranger_of(arena, part, owner);
    while (who == NULL && go_up(part));
    if (who != NULL)
        rs_problems_add(problems, RS_DOUBTFUL, id,
                        rs_text_format(arena, "chown root %s && chmod go-w %s", part, part),
                        "%s can replace %s %s: see the owner and mode of %s", who, what, path,
                        part);
    free(part);
}
