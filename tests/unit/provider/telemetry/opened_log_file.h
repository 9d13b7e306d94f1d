/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For the tests of the log file. The source itself is compiled in, so that system calls can be made
 * to fail. Everything else is real: files, descriptors, limits, and, where the test may, users and
 * root directories.
 */
#ifndef RS_TEST_OPENED_LOG_FILE_H
#define RS_TEST_OPENED_LOG_FILE_H

#include "tests/unit/scratch.h"

#include <CUnit/CUnit.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static size_t write_at_most = SIZE_MAX; /* bytes that the next write takes */
static bool write_fails, dup3_fails, fcntl_fails;

static int stranger = -1; /* what the number leads to when it is written to, as if it was closed
                             and got again by another thread between */

/* As pwritev64 does, of `size` bytes at most. */
static inline ssize_t write_part(int fd, const struct iovec *parts, int count, off64_t offset,
                                 size_t size)
{
    struct iovec taken[3];
    for (int i = 0; i < count; i++) {
        taken[i] = parts[i];
        if (taken[i].iov_len > size)
            taken[i].iov_len = size;
        size -= taken[i].iov_len;
    }
    return pwritev64(fd, taken, count, offset);
}

static inline ssize_t write_some(int fd, const struct iovec *parts, int count, off64_t offset)
{
    pthread_testcancel(); /* as pwritev does */
    size_t size = write_at_most;
    write_at_most = SIZE_MAX;
    if (stranger >= 0)
        dup2(stranger, fd);
    if (!write_fails)
        return write_part(fd, parts, count, offset, size);
    write_fails = false;
    errno = ENOSPC;
    return -1;
}

static inline int replace_descriptor(int from, int to, int flags)
{
    CU_ASSERT(flags == O_CLOEXEC);
    return dup3_fails ? -1 : dup3(from, to, flags);
}

static inline int duplicate(int fd, int command, int lowest)
{
    CU_ASSERT(command == F_DUPFD_CLOEXEC);
    return fcntl_fails ? -1 : fcntl(fd, command, lowest);
}

#define pwritev64 write_some
#define dup3      replace_descriptor
#define fcntl     duplicate
#include "provider/telemetry/log_file.c"
#undef fcntl
#undef dup3
#undef pwritev64

/* What stands in a file; "" if there is none. The next call overwrites it. */
static inline const char *content(const char *path)
{
    static char text[1 << 16];
    size_t size = 0;
    FILE *file = fopen(path, "rb");
    if (file != NULL) {
        size = fread(text, 1, sizeof text - 1, file);
        fclose(file);
    }
    text[size] = '\0';
    return text;
}

static inline bool write_line(rs_log_file *file, const char *line)
{
    return rs_log_file_write(file, rs_bytes_of_string(line));
}

/* A log file at a path of its own, opened; `path` keeps the path. */
static inline void start(rs_log_file *file, scratch_path *path, const char *name)
{
    *path = scratch(name);
    rs_log_file_init(file, path->text);
}

static inline void move_away(const char *path)
{
    char to[160];
    snprintf(to, sizeof to, "%s.1", path);
    CU_ASSERT(rename(path, to) == 0);
}

static inline const char *moved_content(const char *path)
{
    char to[160];
    snprintf(to, sizeof to, "%s.1", path);
    return content(to);
}

/* How many descriptors are open: the same before and after if none was left. */
static inline unsigned open_descriptors(void)
{
    unsigned count = 0;
    for (int fd = 0; fd < 256; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

/* Runs a test in a child, where it may do what cannot be undone; its exit status is the answer. */
static inline bool holds_in_child(bool (*test)(void))
{
    int status = -1;
    scratch(""); /* not in the child, which would leave it */
    fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        _exit(test() ? 0 : 1);
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
}

#endif
