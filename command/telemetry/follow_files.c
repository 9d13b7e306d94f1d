/* SPDX-License-Identifier: Apache-2.0 */
#include "command/telemetry/follow_files.h"

#include "command/base/message.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    LOOK_INTERVAL = 1000, /* milliseconds */
    OLD_SECONDS = 10,     /* how long a renamed file is read */
    READS_AT_ONCE = 64,   /* of one file; then the next gets its turn */
};

/* An open file. */
typedef struct source {
    int fd;        /* -1: none */
    bool is_pipe;  /* it has no size and is read when something is there */
    off_t offset;  /* of a file: how much was read */
    int64_t until; /* monotonic seconds: when to let go of it; for one that was renamed */
    int watch;     /* inotify's, or -1 */
    rs_telemetry_stream stream;
} source;

typedef struct file {
    const char *path;
    source now, old; /* the file of this name, and the one before */
} file;

struct rs_follow_files {
    const rs_telemetry_taker *present, *later;
    file *files;
    size_t count;
    int inotify;   /* -1: there is none; files are only looked at once a second */
    bool has_more; /* the last reading left something */
    struct pollfd *polled;
};

static int64_t now_seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec;
}

static void source_close(const rs_follow_files *files, source *s)
{
    if (s->fd < 0)
        return;
    if (s->watch >= 0)
        inotify_rm_watch(files->inotify, s->watch);
    rs_telemetry_stream_end(&s->stream);
    rs_telemetry_stream_clear(&s->stream);
    if (s->fd != STDIN_FILENO)
        close(s->fd);
    s->fd = -1;
}

static bool can_be_read(int fd)
{
    struct pollfd polled = {.fd = fd, .events = POLLIN};
    return poll(&polled, 1, 0) == 1;
}

/* A file that became shorter starts again; the start of its last line has no end. */
static void restart_if_truncated(source *s)
{
    struct stat status;
    if (s->is_pipe || fstat(s->fd, &status) != 0 || status.st_size >= s->offset)
        return;
    rs_telemetry_stream_end(&s->stream);
    s->offset = lseek(s->fd, 0, SEEK_SET);
}

/* Reads once; false if there was nothing, or will never be. */
static bool source_read_once(const rs_follow_files *files, source *s)
{
    if (s->is_pipe && !can_be_read(s->fd))
        return false;
    ssize_t got = rs_telemetry_stream_read(&s->stream, s->fd);
    if (got > 0)
        s->offset += got;
    else if (s->is_pipe && (got == 0 || errno != EAGAIN))
        source_close(files, s);
    else
        s->stream.taker = files->later;
    return got > 0;
}

static void source_read(rs_follow_files *files, source *s)
{
    if (s->fd < 0)
        return;
    restart_if_truncated(s);
    for (int i = 0; i < READS_AT_ONCE; i++)
        if (!source_read_once(files, s))
            return;
    files->has_more = true;
}

/* Takes over a descriptor, of a file or a pipe of some kind. */
static bool source_init(const rs_follow_files *files, source *s, int fd, bool is_first)
{
    struct stat status;
    if (fstat(fd, &status) != 0)
        return false;
    if (S_ISDIR(status.st_mode)) {
        errno = EISDIR;
        return false;
    }
    *s = (source){.fd = fd, .is_pipe = !S_ISREG(status.st_mode), .watch = -1};
    rs_telemetry_stream_init(&s->stream, is_first && !s->is_pipe ? files->present : files->later);
    return true;
}

/* A named pipe is also opened for writing: it does not end when a writer closes it. */
static int open_path(const char *path)
{
    struct stat status;
    bool is_fifo = stat(path, &status) == 0 && S_ISFIFO(status.st_mode);
    return open(path, (is_fifo ? O_RDWR : O_RDONLY) | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
}

/* The folder reports new names, the file reports what is written to it. */
static void watch_folder(const rs_follow_files *files, const char *path)
{
    const char *slash = strrchr(path, '/');
    size_t n = slash == NULL ? 1 : slash == path ? 1 : (size_t)(slash - path);
    char *folder = rs_message_need(strndup(slash == NULL ? "." : path, n));
    inotify_add_watch(files->inotify, folder, IN_CREATE | IN_MOVED_TO | IN_ONLYDIR);
    free(folder);
}

/* False with errno. A file that does not exist is not open, which is not an error. */
static bool file_open(const rs_follow_files *files, file *f, bool is_first)
{
    bool is_input = strcmp(f->path, "-") == 0;
    int fd = is_input ? STDIN_FILENO : open_path(f->path);
    if (fd < 0)
        return errno == ENOENT;
    if (!source_init(files, &f->now, fd, is_first)) {
        int error = errno;
        close(fd);
        errno = error;
        return false;
    }
    if (!is_input)
        f->now.watch = inotify_add_watch(files->inotify, f->path, IN_MODIFY);
    return true;
}

/* Whether another file has the name by now. */
static bool was_replaced(const file *f)
{
    struct stat named, open_one;
    return strcmp(f->path, "-") != 0 && stat(f->path, &named) == 0 &&
           (f->now.fd < 0 ||
            (fstat(f->now.fd, &open_one) == 0 &&
             (named.st_dev != open_one.st_dev || named.st_ino != open_one.st_ino)));
}

static void file_read(rs_follow_files *files, file *f)
{
    source_read(files, &f->old);
    source_read(files, &f->now);
    if (f->old.fd >= 0 && now_seconds() >= f->old.until)
        source_close(files, &f->old);
    if (!was_replaced(f))
        return;
    source_close(files, &f->old);
    f->old = f->now;
    f->old.until = now_seconds() + OLD_SECONDS;
    f->now.fd = -1;
    /* A file that cannot be opened now is tried again at the next look. */
    if (file_open(files, f, false))
        source_read(files, &f->now);
}

rs_follow_files *rs_follow_files_new(char *const *paths, size_t count,
                                     const rs_telemetry_taker *present,
                                     const rs_telemetry_taker *later)
{
    rs_follow_files *files = rs_message_need(calloc(1, sizeof *files));
    *files = (rs_follow_files){.present = present, .later = later, .count = count};
    files->files = rs_message_need(calloc(count, sizeof *files->files));
    files->polled = rs_message_need(calloc(2 * count + 2, sizeof *files->polled));
    files->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    for (size_t i = 0; i < count; i++)
        files->files[i] = (file){.path = paths[i], .now.fd = -1, .old.fd = -1};
    for (size_t i = 0; i < count; i++) {
        if (strcmp(paths[i], "-") != 0)
            watch_folder(files, paths[i]);
        if (!file_open(files, &files->files[i], true)) {
            rs_message_error("%s: %s", paths[i], strerror(errno));
            rs_follow_files_free(files);
            return NULL;
        }
    }
    return files;
}

void rs_follow_files_read(rs_follow_files *files)
{
    files->has_more = false;
    for (size_t i = 0; i < files->count; i++)
        file_read(files, &files->files[i]);
}

bool rs_follow_files_go_on(const rs_follow_files *files)
{
    for (size_t i = 0; i < files->count; i++)
        if (files->files[i].now.fd >= 0 || strcmp(files->files[i].path, "-") != 0)
            return true;
    return false;
}

/* What inotify reports matters only as a reason to look. */
static void drain(int inotify)
{
    char events[4096];
    while (read(inotify, events, sizeof events) > 0)
        continue;
}

bool rs_follow_files_wait(const rs_follow_files *files, int wake, int milliseconds)
{
    struct pollfd *polled = files->polled;
    size_t n = 0;
    polled[n++] = (struct pollfd){.fd = wake, .events = POLLIN};
    polled[n++] = (struct pollfd){.fd = files->inotify, .events = POLLIN};
    for (size_t i = 0; i < files->count; i++)
        if (files->files[i].now.is_pipe)
            polled[n++] = (struct pollfd){.fd = files->files[i].now.fd, .events = POLLIN};
    if (milliseconds > LOOK_INTERVAL)
        milliseconds = LOOK_INTERVAL;
    poll(polled, n, files->has_more ? 0 : milliseconds);
    drain(files->inotify);
    return (polled[0].revents & POLLIN) != 0;
}

void rs_follow_files_free(rs_follow_files *files)
{
    if (files == NULL)
        return;
    for (size_t i = 0; i < files->count; i++) {
        source_close(files, &files->files[i].old);
        source_close(files, &files->files[i].now);
    }
    if (files->inotify >= 0)
        close(files->inotify);
    free(files->files);
    free(files->polled);
    free(files);
}
