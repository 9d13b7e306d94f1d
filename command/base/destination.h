/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a path leads: an open folder and a name in it. Whoever works with these is not misled by a
 * link that somebody else puts into a folder that others may write, before or afterwards.
 */
#ifndef RS_DESTINATION_H
#define RS_DESTINATION_H

#include <limits.h>
#include <stdbool.h>

typedef struct rs_destination {
    int folder;              /* O_PATH: for openat() and the like */
    char name[NAME_MAX + 1]; /* neither a symbolic link nor empty, when it was looked at */
    bool exists;             /* there was something of that name */
} rs_destination;

/*
 * Follows a path, symbolic links that belong to this user or to root included. Returns false after
 * a message: the path leads nowhere, ends in a link to nothing, or has a link of another user.
 * Otherwise rs_destination_close it.
 */
bool rs_destination_open(const char *path, rs_destination *at);

void rs_destination_close(rs_destination *at);

#endif
