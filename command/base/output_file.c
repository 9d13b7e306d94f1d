/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/output_file.h"

#include "command/base/destination.h"
#include "command/base/message.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#define TEMPORARY_SIZE (sizeof ".rootscope.0123456789abcdef")

/* Makes a file that nobody else has a name of beforehand. Returns its descriptor, or -1. */
static int make_temporary(int folder, char name[TEMPORARY_SIZE])
{
    uint64_t number;
    int fd;
    do {
        if (getrandom(&number, sizeof number, 0) != (ssize_t)sizeof number)
            return -1;
        snprintf(name, TEMPORARY_SIZE, ".rootscope.%016" PRIx64, number);
        fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    } while (fd < 0 && errno == EEXIST);
    return fd;
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

/* Others of the system's vouch for the old content. */
static bool is_kept(const char *name)
{
    return strncmp(name, "security.", 9) != 0 || strcmp(name, "security.selinux") == 0;
}

/* Copies what can be copied: a file system may not take one, or this user may not set it. */
static void copy_attributes(int from, int to)
{
    char names[4096], value[4096];
    ssize_t size = flistxattr(from, names, sizeof names);
    for (ssize_t at = 0; at < size; at += (ssize_t)strlen(names + at) + 1) {
        ssize_t n = fgetxattr(from, names + at, value, sizeof value);
        if (n >= 0 && is_kept(names + at))
            (void)fsetxattr(to, names + at, value, (size_t)n, 0);
    }
}

/* `like`: the file whose owner, mode and attributes it gets; -1: none. */
static bool fill(int fd, int like, rs_bytes content)
{
    struct stat old = {.st_mode = 0644};
    if (like >= 0 && (fstat(like, &old) != 0 || fchown(fd, old.st_uid, old.st_gid) != 0))
        return false;
    if (fchmod(fd, old.st_mode & 07777) != 0)
        return false;
    if (like >= 0)
        copy_attributes(like, fd);
    return write_all(fd, content) && fsync(fd) == 0;
}

/* The new name is on the disk only once the folder is. */
static bool sync_folder(int folder)
{
    int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return false;
    /* EINVAL: a file system that has nothing to write for a folder. */
    bool synced = fsync(fd) == 0 || errno == EINVAL;
    close(fd);
    return synced;
}

static bool replace(const rs_destination *at, const char *path, int like, rs_bytes content)
{
    char temporary[TEMPORARY_SIZE];
    int fd = make_temporary(at->folder, temporary);
    if (fd < 0)
        return rs_message_file(path, errno);
    bool written = fill(fd, like, content);
    int error = errno;
    if (close(fd) != 0 && written) {
        written = false;
        error = errno;
    }
    if (written && renameat(at->folder, temporary, at->folder, at->name) != 0) {
        written = false;
        error = errno;
    }
    if (!written) {
        unlinkat(at->folder, temporary, 0);
        return rs_message_file(path, error);
    }
    if (!sync_folder(at->folder))
        rs_message_warning(
            "%s: it is written, but a power failure now may bring the old file back: %s", path,
            strerror(errno));
    return true;
}

static bool write_at(const rs_destination *at, const char *path, rs_bytes content, bool keep,
                     int like)
{
    struct stat old;
    if (at->exists && fstatat(at->folder, at->name, &old, AT_SYMLINK_NOFOLLOW) != 0)
        return rs_message_file(path, errno);
    if (at->exists && !S_ISREG(old.st_mode)) {
        rs_message_error("%s: not a regular file", path);
        return false;
    }
    if (!keep || !at->exists)
        return replace(at, path, like, content);
    like = openat(at->folder, at->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (like < 0)
        return rs_message_file(path, errno);
    bool good = replace(at, path, like, content);
    close(like);
    return good;
}

static bool write_file(const char *path, rs_bytes content, bool keep, int like)
{
    rs_destination at;
    if (path[0] == '\0' || path[strlen(path) - 1] == '/') {
        rs_message_error("%s: not the name of a file", path);
        return false;
    }
    if (!rs_destination_open(path, &at))
        return false;
    bool good = write_at(&at, path, content, keep, like);
    rs_destination_close(&at);
    return good;
}

bool rs_output_file_write(const char *path, rs_bytes content, bool keep)
{
    return write_file(path, content, keep, -1);
}

bool rs_output_file_write_like(const char *path, rs_bytes content, const char *like)
{
    int file = open(like, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (file < 0)
        return rs_message_file(like, errno);
    bool good = write_file(path, content, false, file);
    close(file);
    return good;
}

static bool make_folder(const rs_destination *at, const char *path)
{
    if (mkdirat(at->folder, at->name, 0700) != 0)
        return errno == EEXIST || rs_message_file(path, errno);
    int fd = openat(at->folder, at->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    bool good = fd >= 0 && fchmod(fd, 0755) == 0;
    if (!good)
        rs_message_file(path, errno);
    if (fd >= 0)
        close(fd);
    return good;
}

bool rs_output_file_make_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    if (slash == NULL || slash == path)
        return true;
    rs_destination at;
    char *folder = rs_message_need(strndup(path, (size_t)(slash - path)));
    bool good = rs_destination_open(folder, &at);
    if (good) {
        good = at.exists || make_folder(&at, folder);
        rs_destination_close(&at);
    }
    free(folder);
    return good;
}
