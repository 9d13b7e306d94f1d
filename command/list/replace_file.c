/* SPDX-License-Identifier: Apache-2.0 */
#include "command/list/replace_file.h"

#include "command/base/message.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* What is being written: `folder/.name.XXXXXX`, to become `folder/name`. */
typedef struct replacement {
    char *target; /* without symbolic links */
    char *folder;
    char *temporary;
    bool exists;     /* there is a target already */
    struct stat old; /* of it */
} replacement;

static char *join(const char *a, const char *b, const char *c, const char *d)
{
    size_t size = strlen(a) + strlen(b) + strlen(c) + strlen(d) + 1;
    char *text = rs_message_need(malloc(size));
    snprintf(text, size, "%s%s%s%s", a, b, c, d);
    return text;
}

/* The folder's name; the caller frees. */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL)
        return rs_message_need(strdup("."));
    return rs_message_need(strndup(path, slash == path ? 1 : (size_t)(slash - path)));
}

static void replacement_clear(replacement *r)
{
    free(r->target);
    free(r->folder);
    free(r->temporary);
}

static bool replacement_init(replacement *r, const char *path)
{
    *r = (replacement){0};
    r->target = realpath(path, NULL);
    r->exists = r->target != NULL;
    struct stat link;
    if (!r->exists && (errno != ENOENT || lstat(path, &link) == 0)) {
        rs_message_error("%s: %s", path, strerror(errno));
        return false;
    }
    if (!r->exists)
        r->target = rs_message_need(strdup(path));
    if (r->exists && (stat(r->target, &r->old) != 0 || !S_ISREG(r->old.st_mode))) {
        rs_message_error("%s: not a regular file", path);
        return false;
    }
    r->folder = folder_of(r->target);
    const char *slash = strrchr(r->target, '/');
    const char *name = slash == NULL ? r->target : slash + 1;
    if (*name == '\0') {
        rs_message_error("%s: not the name of a file", path);
        return false;
    }
    r->temporary = join(r->folder, "/.", name, ".XXXXXX");
    return true;
}

static bool write_all(int fd, rs_bytes content)
{
    while (content.n > 0) {
        ssize_t n = write(fd, content.p, content.n);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        content = rs_bytes_skip(content, (size_t)n);
    }
    return true;
}

static bool fill(int fd, const replacement *r, rs_bytes content, bool keep)
{
    keep = keep && r->exists;
    if (keep && fchown(fd, r->old.st_uid, r->old.st_gid) != 0)
        return false;
    return fchmod(fd, keep ? r->old.st_mode & 07777 : 0644) == 0 && write_all(fd, content) &&
           fsync(fd) == 0;
}

/* The new name is on the disk only once the folder is. */
static bool sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    /* EINVAL: a file system that has nothing to write for a folder. */
    bool synced = fsync(fd) == 0 || errno == EINVAL;
    close(fd);
    return synced;
}

static bool replace(const replacement *r, rs_bytes content, bool keep)
{
    int fd = mkostemp(r->temporary, O_CLOEXEC);
    if (fd < 0) {
        rs_message_error("%s: %s", r->temporary, strerror(errno));
        return false;
    }
    bool written = fill(fd, r, content, keep);
    int error = errno;
    if (close(fd) != 0 && written) {
        written = false;
        error = errno;
    }
    if (written && rename(r->temporary, r->target) != 0) {
        written = false;
        error = errno;
    }
    if (!written) {
        unlink(r->temporary);
        rs_message_error("%s: %s", r->target, strerror(error));
        return false;
    }
    if (!sync_folder(r->folder))
        rs_message_warning("%s: written, but perhaps not yet on the disk: %s", r->target,
                           strerror(errno));
    return true;
}

bool rs_replace_file(const char *path, rs_bytes content, bool keep)
{
    replacement r;
    bool done = replacement_init(&r, path) && replace(&r, content, keep);
    replacement_clear(&r);
    return done;
}

bool rs_replace_file_make_folder(const char *path)
{
    char *folder = folder_of(path);
    bool made = mkdir(folder, 0700) == 0;
    bool good = made ? chmod(folder, 0755) == 0 : errno == EEXIST;
    if (!good)
        rs_message_error("%s: %s", folder, strerror(errno));
    free(folder);
    return good;
}
