/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/edit_lock.h"

#include "command/base/message.h"
#include "command/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { TRIES_A_SECOND = 20, COMMAND_LINE_MAX = 200 };

static rs_edit_lock *held; /* the first of a chain */

static const struct flock whole_file = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

static bool is_held(const rs_edit_lock *lock)
{
    for (const rs_edit_lock *l = held; l != NULL; l = l->next)
        if (l->device == lock->device && l->folder == lock->folder)
            return true;
    return false;
}

static void name_file(rs_edit_lock *lock)
{
    char user[32] = "", folder[48];
    if (geteuid() != 0)
        snprintf(user, sizeof user, "/user/%lu", (unsigned long)geteuid());
    snprintf(folder, sizeof folder, "/run%s/rootscope", user);
    (void)mkdir(folder, 0755);
    snprintf(lock->path, sizeof lock->path, "%s/%jx-%jx.lock", folder, (uintmax_t)lock->device,
             (uintmax_t)lock->folder);
}

/* Whether the path still leads to the open file: its last holder has removed it, maybe. */
static bool is_in_place(const rs_edit_lock *lock)
{
    struct stat open_file, there;
    return fstat(lock->fd, &open_file) == 0 && lstat(lock->path, &there) == 0 &&
           open_file.st_dev == there.st_dev && open_file.st_ino == there.st_ino;
}

/* The command line of a process, for a terminal; empty if it cannot be read. */
static const char *command_line(rs_arena *arena, pid_t process)
{
    char path[32], words[COMMAND_LINE_MAX];
    snprintf(path, sizeof path, "/proc/%ld/cmdline", (long)process);
    FILE *file = fopen(path, "rb");
    size_t n = file == NULL ? 0 : fread(words, 1, sizeof words, file);
    if (file != NULL)
        fclose(file);
    for (size_t i = 0; i < n; i++)
        if (words[i] == '\0')
            words[i] = ' ';
    while (n > 0 && words[n - 1] == ' ')
        n--;
    return rs_text_printable(arena, rs_bytes_make(words, n));
}

static void name_holder(const char *folder, pid_t process)
{
    rs_arena arena = {0};
    if (process > 0)
        rs_message_error(
            "process %ld is changing %s (%s); when it has ended, run the command again",
            (long)process, folder, command_line(&arena, process));
    else
        rs_message_error("another rootscope is changing %s; when it has ended, run the command "
                         "again",
                         folder);
    rs_arena_clear(&arena);
}

typedef enum attempt { TAKEN, NO_PLACE, BUSY } attempt;

/* Tries once. `holder` is set if the lock is another process's. */
static attempt try_once(rs_edit_lock *lock, pid_t *holder)
{
    struct flock wanted = whole_file;
    lock->fd = open(lock->path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (lock->fd < 0)
        return NO_PLACE;
    attempt result = BUSY;
    if (fcntl(lock->fd, F_SETLK, &wanted) == 0)
        result = is_in_place(lock) ? TAKEN : BUSY;
    else if (errno != EACCES && errno != EAGAIN)
        result = NO_PLACE;
    else if (fcntl(lock->fd, F_GETLK, &wanted) == 0 && wanted.l_type != F_UNLCK)
        *holder = wanted.l_pid;
    if (result != TAKEN) {
        close(lock->fd);
        lock->fd = -1;
    }
    return result;
}

bool rs_edit_lock_take(rs_edit_lock *lock, const char *folder, unsigned seconds)
{
    static const struct timespec pause = {.tv_nsec = 1000000000 / TRIES_A_SECOND};
    struct stat status;
    *lock = (rs_edit_lock){.fd = -1};
    if (stat(folder, &status) != 0)
        return true;
    lock->device = status.st_dev;
    lock->folder = status.st_ino;
    if (is_held(lock))
        return true;
    name_file(lock);
    pid_t holder = 0;
    attempt result;
    for (unsigned tries = seconds * TRIES_A_SECOND;
         (result = try_once(lock, &holder)) == BUSY && tries > 0; tries--)
        nanosleep(&pause, NULL);
    if (result == BUSY)
        name_holder(folder, holder);
    if (result == TAKEN) {
        lock->next = held;
        held = lock;
    }
    return result != BUSY;
}

void rs_edit_lock_release(rs_edit_lock *lock)
{
    if (lock->fd < 0)
        return;
    for (rs_edit_lock **l = &held; *l != NULL; l = &(*l)->next)
        if (*l == lock) {
            *l = lock->next;
            break;
        }
    /* The other way round, the file could be the next holder's. */
    unlink(lock->path);
    close(lock->fd);
    lock->fd = -1;
}
