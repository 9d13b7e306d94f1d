/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/list_file.h"

#include "provider/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static rs_list_problem problem_of_errno(void)
{
    return errno == ENOENT || errno == ENOTDIR ? RS_LIST_MISSING : RS_LIST_UNREADABLE;
}

/*
 * File systems take their times from a clock that ticks every few milliseconds, or seconds: of two
 * writes within a tick the second one leaves both times as they are. Seconds that no tick exceeds:
 */
enum { TICK_MAX = 2 };

static bool is_settled(const struct stat *status, int64_t now)
{
    return status->st_mtim.tv_sec < now - TICK_MAX || status->st_ctim.tv_sec < now - TICK_MAX;
}

static rs_file_state state_of(const struct stat *status)
{
    return (rs_file_state){.device = status->st_dev,
                           .inode = status->st_ino,
                           .size = status->st_size,
                           .modified = status->st_mtim,
                           .changed = status->st_ctim,
                           .owner = status->st_uid,
                           .settled = true};
}

rs_list_problem rs_list_file_look(const char *path, rs_file_state *state)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return problem_of_errno();
    *state = state_of(&status);
    return RS_LIST_OK;
}

static bool same_time(struct timespec a, struct timespec b)
{
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

bool rs_file_state_equal(const rs_file_state *a, const rs_file_state *b)
{
    return a->device == b->device && a->inode == b->inode && a->size == b->size &&
           a->owner == b->owner && a->settled && b->settled &&
           same_time(a->modified, b->modified) && same_time(a->changed, b->changed);
}

/* Whoever may write the list may permit anything: only its owner may. */
static rs_list_problem check_status(const struct stat *status, const uid_t *owner)
{
    if (!S_ISREG(status->st_mode))
        return RS_LIST_NOT_A_FILE;
    if (status->st_mode & (S_IWGRP | S_IWOTH))
        return RS_LIST_WRITABLE;
    if (owner != NULL && status->st_uid != *owner)
        return RS_LIST_OWNER;
    if (status->st_size > (off_t)RS_IMAGE_SIZE_MAX)
        return RS_LIST_TOO_LARGE;
    return RS_LIST_OK;
}

/* Reads up to `size` bytes; fewer only at the end of the file. Returns -1 on an error. */
static ssize_t read_up_to(int fd, uint8_t *bytes, size_t size)
{
    size_t done = 0;
    while (done < size) {
        ssize_t got = read(fd, bytes + done, size - done);
        if (got == 0)
            break;
        if (got > 0)
            done += (size_t)got;
        else if (errno != EINTR)
            return -1;
    }
    return (ssize_t)done;
}

/*
 * A large list is read onto whole pages, which the kernel fills faster, and has them all from the
 * start: that takes half the time of having one after another when it is first written to.
 */
static uint8_t *list_alloc(size_t size)
{
    enum { PAGE = 4096, LARGE = 128 * 1024 };
    if (size < LARGE)
        return malloc(size + 1); /* not 0 for an empty file */
    size_t whole = (size + PAGE - 1) / PAGE * PAGE;
    uint8_t *taken = aligned_alloc(PAGE, whole);
#ifdef MADV_POPULATE_WRITE
    if (taken != NULL)
        madvise(taken, whole, MADV_POPULATE_WRITE);
#endif
    return taken;
}

static rs_list_problem read_image(int fd, size_t size, uint8_t **bytes, rs_image *image)
{
    uint8_t *taken = list_alloc(size);
    if (taken == NULL)
        return RS_LIST_NO_MEMORY;
    ssize_t got = read_up_to(fd, taken, size);
    rs_list_problem problem = RS_LIST_OK;
    if (got < 0)
        problem = RS_LIST_UNREADABLE;
    else if (rs_image_open_quickly(rs_bytes_make(taken, (size_t)got), image) != RS_IMAGE_OK)
        problem = RS_LIST_BAD_IMAGE;
    if (problem == RS_LIST_OK)
        *bytes = taken;
    else
        free(taken);
    return problem;
}

rs_list_problem rs_list_file_read(const char *path, const uid_t *owner, uint8_t **bytes,
                                  rs_image *image, rs_file_state *state)
{
    struct stat status;
    /* O_NONBLOCK: opening a FIFO that nobody writes would wait forever. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return problem_of_errno();
    rs_list_problem problem = RS_LIST_UNREADABLE;
    int64_t now = rs_clock_utc();
    if (fstat(fd, &status) == 0) {
        *state = state_of(&status);
        state->settled = is_settled(&status, now);
        problem = check_status(&status, owner);
    }
    if (problem == RS_LIST_OK)
        problem = read_image(fd, (size_t)status.st_size, bytes, image);
    close(fd);
    return problem;
}

const char *rs_list_problem_text(rs_list_problem problem)
{
    static const char *const texts[RS_LIST_PROBLEMS] = {
        [RS_LIST_OK] = "is in force",
        [RS_LIST_MISSING] = "is missing",
        [RS_LIST_UNREADABLE] = "cannot be read",
        [RS_LIST_NOT_A_FILE] = "is not a regular file",
        [RS_LIST_WRITABLE] = "is writable by group or others",
        [RS_LIST_OWNER] = "does not have the owner of the first list",
        [RS_LIST_TOO_LARGE] = "is over 32 MiB",
        [RS_LIST_NO_MEMORY] = "does not fit into memory",
        [RS_LIST_BAD_IMAGE] = "is damaged, empty or of an unknown version",
    };
    return problem < RS_LIST_PROBLEMS ? texts[problem] : "is bad";
}
