/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/telemetry/log_file.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/*
 * How threads write while one of them changes to another file: the new file is put onto the number
 * of the old one with dup3, which is atomic, so that a writer reaches either of them and never a
 * number that is closed or somebody else's. For as long as both may be there both are known, and a
 * writer who found neither looks again if a change was completed meanwhile (`version`).
 */

static bool is_id(rs_log_file_id *id, const struct stat *status)
{
    unsigned long long inode = atomic_load(&id->inode);
    return inode != 0 && inode == status->st_ino && atomic_load(&id->device) == status->st_dev;
}

static void id_forget(rs_log_file_id *id)
{
    atomic_store(&id->inode, 0);
}

static void id_set(rs_log_file_id *id, const struct stat *status)
{
    id_forget(id);
    atomic_store(&id->device, status->st_dev);
    atomic_store(&id->inode, status->st_ino);
}

/* The descriptor, and its status, if it still leads to our file; else -1. */
static int own_descriptor(rs_log_file *file, struct stat *status)
{
    unsigned version;
    do {
        version = atomic_load(&file->version);
        int fd = atomic_load(&file->fd);
        if (fd >= 0 && fstat(fd, status) == 0 &&
            (is_id(&file->known[0], status) || is_id(&file->known[1], status)))
            return fd;
    } while (atomic_load(&file->version) != version);
    return -1;
}

static bool is_root(const rs_log_file *file)
{
    struct stat root;
    return stat("/", &root) == 0 && root.st_dev == file->root_device &&
           root.st_ino == file->root_inode;
}

/*
 * Programs that were started without standard streams take the numbers 0 to 2 for them. Returns
 * the descriptor under a higher number, or -1.
 */
static int above_standard_streams(int fd)
{
    if (fd < 0 || fd > STDERR_FILENO)
        return fd;
    int moved = fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    close(fd);
    return moved;
}

/* Opens what the path leads to, if it may be written: regular, and with the first one's owner. */
static int open_path(const rs_log_file *file, struct stat *status)
{
    int flags = O_WRONLY | O_APPEND | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW;
    /* Whoever changed the user or the root directory would create a file that is not the log. */
    if (geteuid() == file->owner && is_root(file))
        flags |= O_CREAT;
    int fd = above_standard_streams(open(file->path, flags, 0640));
    if (fd < 0)
        return -1;
    if (fstat(fd, status) == 0 && S_ISREG(status->st_mode) &&
        (!file->has_owner || status->st_uid == file->owner))
        return fd;
    close(fd);
    return -1;
}

/* Puts the new file in the place of the one that `fd` leads to. */
static void replace(rs_log_file *file, int fd, const struct stat *old, int fresh,
                    const struct stat *status)
{
    unsigned old_place = is_id(&file->known[0], old) ? 0 : 1;
    id_set(&file->known[1 - old_place], status);
    bool replaced = dup3(fresh, fd, O_CLOEXEC) >= 0;
    close(fresh);
    if (replaced) {
        atomic_fetch_add(&file->version, 1);
        id_forget(&file->known[old_place]);
    } else {
        id_forget(&file->known[1 - old_place]);
    }
}

/* Takes over a newly opened file. */
static void take(rs_log_file *file, int fresh, const struct stat *status)
{
    struct stat old;
    int fd = own_descriptor(file, &old);
    if (fd < 0) {
        /* There is none, or the number is somebody else's by now: it is left alone. */
        id_forget(&file->known[1]);
        id_set(&file->known[0], status);
        atomic_store(&file->fd, fresh);
        atomic_fetch_add(&file->version, 1);
    } else if (old.st_dev == status->st_dev && old.st_ino == status->st_ino) {
        /* The same number again: the program had closed it. */
        if (fresh != fd)
            close(fresh);
    } else {
        replace(file, fd, &old, fresh, status);
    }
}

/* Unless somebody else is at it. */
static void reopen(rs_log_file *file)
{
    struct stat status;
    if (atomic_exchange(&file->changing, true))
        return;
    int fresh = open_path(file, &status);
    if (fresh >= 0) {
        file->has_owner = true;
        file->owner = status.st_uid;
        take(file, fresh, &status);
    }
    atomic_store(&file->changing, false);
}

void rs_log_file_init(rs_log_file *file, const char *path)
{
    struct stat root = {0};
    memset(file, 0, sizeof *file);
    file->path = path;
    file->owner = geteuid();
    atomic_init(&file->fd, -1);
    if (stat("/", &root) == 0) {
        file->root_device = root.st_dev;
        file->root_inode = root.st_ino;
    }
    rs_log_file_refresh(file);
}

void rs_log_file_clear(rs_log_file *file)
{
    struct stat status;
    int fd = own_descriptor(file, &status);
    if (fd >= 0)
        close(fd);
    atomic_store(&file->fd, -1);
}

void rs_log_file_refresh(rs_log_file *file)
{
    int cancel_state;
    /* Whoever is cancelled within open would leave `changing` set for ever. */
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
    reopen(file);
    pthread_setcancelstate(cancel_state, &cancel_state);
}

static int writable_descriptor(rs_log_file *file, struct stat *status)
{
    int fd = own_descriptor(file, status);
    return fd >= 0 && status->st_nlink > 0 ? fd : -1;
}

/*
 * The process's limit on the size of files raises a signal, whose default is to end the process.
 * The kernel sends it to the thread that writes, so it can be kept off and taken back.
 */
typedef struct muted {
    sigset_t signal, before;
    bool was_pending;
} muted;

static void mute(muted *m)
{
    sigset_t pending;
    sigemptyset(&m->signal);
    sigaddset(&m->signal, SIGXFSZ);
    pthread_sigmask(SIG_BLOCK, &m->signal, &m->before);
    m->was_pending = sigismember(&m->before, SIGXFSZ) == 1 && sigpending(&pending) == 0 &&
                     sigismember(&pending, SIGXFSZ) == 1;
}

static void unmute(const muted *m, bool raised)
{
    if (raised && !m->was_pending)
        sigtimedwait(&m->signal, NULL, &(struct timespec){0});
    pthread_sigmask(SIG_SETMASK, &m->before, NULL);
}

/*
 * Between the look at the descriptor and this, another thread of the program may close the number
 * and get it for something of its own. Therefore the bytes go to a place far beyond the end: a file
 * that is open for appending, as ours is, gets them at its end all the same, a pipe, a socket and a
 * terminal refuse a place, and what a file already has is not overwritten.
 */
static ssize_t append_parts(int fd, const struct iovec *parts, int count)
{
    static const off64_t far_beyond = INT64_C(1) << 62;
    return pwritev64(fd, parts, count, far_beyond);
}

/* What came of a line. */
typedef struct appended {
    bool whole, too_large;
} appended;

/* A line that was torn stays so; the next one starts on a line of its own. */
static appended append(rs_log_file *file, int fd, rs_bytes line)
{
    static char newline[] = "\n";
    bool was_torn = atomic_exchange(&file->torn, false);
    const struct iovec parts[] = {
        {newline, was_torn ? 1 : 0}, {(void *)(uintptr_t)line.p, line.n}, {newline, 1}};
    size_t size = parts[0].iov_len + line.n + 1;
    ssize_t written = append_parts(fd, parts, sizeof parts / sizeof *parts);
    size_t done = written < 0 ? 0 : (size_t)written;
    if (done < size && (done > 0 || was_torn))
        atomic_store(&file->torn, true);
    /* Without its newline it is whole, too. */
    return (appended){.whole = done + 1 >= size, .too_large = written < 0 && errno == EFBIG};
}

/* Nothing is done between the look and the writing, so that they are close together. */
static appended look_and_append(rs_log_file *file, rs_bytes line)
{
    struct stat status;
    int fd = writable_descriptor(file, &status);
    if (fd < 0) {
        reopen(file);
        fd = writable_descriptor(file, &status);
    }
    if (fd < 0 || status.st_size + (off_t)line.n + 2 > (off_t)RS_LOG_FILE_SIZE_MAX)
        return (appended){false, false};
    return append(file, fd, line);
}

bool rs_log_file_write(rs_log_file *file, rs_bytes line)
{
    int cancel_state;
    muted m;
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
    mute(&m);
    appended result = look_and_append(file, line);
    unmute(&m, result.too_large);
    pthread_setcancelstate(cancel_state, &cancel_state);
    return result.whole;
}

void rs_log_file_after_fork(rs_log_file *file)
{
    atomic_store(&file->changing, false);
}
