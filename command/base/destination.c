/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/destination.h"

#include "command/base/message.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINKS_MAX = 40 };

/* A path on the way: the folder that was reached, and what is left to follow. */
typedef struct walk {
    const char *path; /* as given, for messages */
    int folder;
    char rest[PATH_MAX];
    unsigned links;
    bool is_link_end; /* the rest is the end of a link that stood at the end */
} walk;

static bool fail(const walk *w, int error)
{
    return rs_message_file(w->path, error);
}

static bool enter(walk *w, int folder)
{
    if (w->folder >= 0)
        close(w->folder);
    w->folder = folder;
    return folder >= 0 || fail(w, errno);
}

/* Starts over with a path: from the root, or from the folder that was reached. */
static bool start(walk *w, const char *path)
{
    size_t n = strlen(path);
    if (n >= sizeof w->rest)
        return fail(w, ENAMETOOLONG);
    memmove(w->rest, path, n + 1);
    if (path[0] == '/')
        return enter(w, open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
    return w->folder >= 0 || enter(w, open(".", O_PATH | O_DIRECTORY | O_CLOEXEC));
}

/* Takes the next name off the path; false if there is none. A last one leaves the rest empty. */
static bool take_name(walk *w, char name[NAME_MAX + 1])
{
    const char *from = w->rest + strspn(w->rest, "/");
    size_t n = strcspn(from, "/");
    if (n == 0 || n > NAME_MAX)
        return fail(w, n == 0 ? EISDIR : ENAMETOOLONG);
    memcpy(name, from, n);
    name[n] = '\0';
    memmove(w->rest, from + n, strlen(from + n) + 1);
    return true;
}

static bool follow_link(walk *w, int link, const struct stat *found, const char *name)
{
    char path[PATH_MAX];
    ssize_t n = readlinkat(link, "", path, sizeof path - 1);
    if (n < 0 || ++w->links > LINKS_MAX)
        return fail(w, n < 0 ? errno : ELOOP);
    w->is_link_end |= w->rest[0] == '\0';
    if (found->st_uid != 0 && found->st_uid != geteuid()) {
        rs_message_error("%s: %s is a symbolic link of another user (ID %u); name the file that it "
                         "leads to, or remove the link",
                         w->path, name, (unsigned)found->st_uid);
        return false;
    }
    path[n] = '\0';
    if (strlen(w->rest) + (size_t)n >= sizeof path)
        return fail(w, ENAMETOOLONG);
    memcpy(path + n, w->rest, strlen(w->rest) + 1);
    return start(w, path);
}

/* One step. Sets `*arrived` if the name is the last one and not a link. */
static bool step(walk *w, rs_destination *at, bool *arrived)
{
    if (!take_name(w, at->name))
        return false;
    struct stat found;
    bool is_last = w->rest[0] == '\0';
    int fd = openat(w->folder, at->name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    at->exists = fd >= 0;
    if (fd < 0 && (errno != ENOENT || !is_last || w->is_link_end))
        return fail(w, errno);
    if (fd >= 0 && fstat(fd, &found) != 0) {
        close(fd);
        return fail(w, errno);
    }
    if (fd >= 0 && S_ISLNK(found.st_mode)) {
        bool followed = follow_link(w, fd, &found, at->name);
        close(fd);
        return followed;
    }
    *arrived = is_last;
    if (!is_last)
        return S_ISDIR(found.st_mode) ? enter(w, fd) : (close(fd), fail(w, ENOTDIR));
    if (fd >= 0)
        close(fd);
    return true;
}

bool rs_destination_open(const char *path, rs_destination *at)
{
    walk w = {.path = path, .folder = -1};
    bool arrived = false, good = start(&w, path);
    while (good && !arrived)
        good = step(&w, at, &arrived);
    if (!good && w.folder >= 0)
        close(w.folder);
    at->folder = good ? w.folder : -1;
    return good;
}

void rs_destination_close(rs_destination *at)
{
    close(at->folder);
    at->folder = -1;
}
