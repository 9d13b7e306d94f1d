/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Reads until the end or until `size` bytes; returns how many, or -1. */
static ssize_t read_up_to(int fd, uint8_t *bytes, size_t size)
{
    size_t done = 0;
    while (done < size) {
        ssize_t n = read(fd, bytes + done, size - done);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0)
            break;
        done += (size_t)n;
    }
    return (ssize_t)done;
}

static rs_file_status read_open_file(int fd, size_t limit, uint8_t **bytes, size_t *size)
{
    struct stat status;
    if (fstat(fd, &status) != 0)
        return RS_FILE_SYSTEM;
    if (!S_ISREG(status.st_mode))
        return RS_FILE_NOT_REGULAR;
    if (status.st_size < 0 || (uintmax_t)status.st_size > limit)
        return RS_FILE_TOO_LARGE;

    /* One byte more than expected, so that a file that grew is noticed. */
    size_t expected = (size_t)status.st_size;
    uint8_t *taken = malloc(expected + 1);
    if (taken == NULL)
        return RS_FILE_NO_MEMORY;
    ssize_t got = read_up_to(fd, taken, expected + 1);
    if (got < 0 || (size_t)got != expected) {
        int error = errno;
        free(taken);
        errno = error;
        return got < 0 ? RS_FILE_SYSTEM : RS_FILE_CHANGED;
    }
    *bytes = taken;
    *size = expected;
    return RS_FILE_OK;
}

rs_file_status rs_file_read(const char *path, size_t limit, uint8_t **bytes, size_t *size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return RS_FILE_SYSTEM;
    rs_file_status status = read_open_file(fd, limit, bytes, size);
    int error = errno;
    close(fd);
    errno = error;
    return status;
}

const char *rs_file_status_text(rs_file_status status)
{
    switch (status) {
    case RS_FILE_OK:
        return "was read";
    case RS_FILE_SYSTEM:
        return "cannot be read";
    case RS_FILE_NOT_REGULAR:
        return "is not a regular file";
    case RS_FILE_TOO_LARGE:
        return "is too large";
    case RS_FILE_CHANGED:
        return "changed while it was read";
    case RS_FILE_NO_MEMORY:
        return "cannot be read: out of memory";
    }
    return "cannot be read";
}
