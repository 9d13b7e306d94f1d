/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The source itself is compiled in, so that system calls can be made to fail. Everything else is
 * real: files, descriptors, limits, and, where the test may, users and root directories.
 */
#include "tests/unit/rows.h"
#include "tests/unit/scratch.h"
#include "tests/unit/suite.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static size_t write_at_most = SIZE_MAX; /* bytes that the next write takes */
static bool write_fails, dup3_fails, fcntl_fails;

static int stranger = -1; /* what the number leads to when it is written to, as if it was closed
                             and got again by another thread between */

/* As pwritev64 does, of `size` bytes at most. */
static ssize_t write_part(int fd, const struct iovec *parts, int count, off64_t offset, size_t size)
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

static ssize_t write_some(int fd, const struct iovec *parts, int count, off64_t offset)
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

static int replace_descriptor(int from, int to, int flags)
{
    CU_ASSERT(flags == O_CLOEXEC);
    return dup3_fails ? -1 : dup3(from, to, flags);
}

static int duplicate(int fd, int command, int lowest)
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
static const char *content(const char *path)
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

static bool write_line(rs_log_file *file, const char *line)
{
    return rs_log_file_write(file, rs_bytes_of_string(line));
}

/* A log file at a path of its own, opened; `path` keeps the path. */
static void start(rs_log_file *file, scratch_path *path, const char *name)
{
    *path = scratch(name);
    rs_log_file_init(file, path->text);
}

static void move_away(const char *path)
{
    char to[160];
    snprintf(to, sizeof to, "%s.1", path);
    CU_ASSERT(rename(path, to) == 0);
}

static const char *moved_content(const char *path)
{
    char to[160];
    snprintf(to, sizeof to, "%s.1", path);
    return content(to);
}

/* How many descriptors are open: the same before and after if none was left. */
static unsigned open_descriptors(void)
{
    unsigned count = 0;
    for (int fd = 0; fd < 256; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

/* Runs a test in a child, where it may do what cannot be undone; its exit status is the answer. */
static bool holds_in_child(bool (*test)(void))
{
    int status = -1;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        _exit(test() ? 0 : 1);
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
}

static void lines_are_appended(void)
{
    rs_log_file file;
    struct stat status;
    scratch_path path;
    mode_t mask = umask(022);
    start(&file, &path, "appended");
    umask(mask);
    CU_ASSERT(write_line(&file, "one") && write_line(&file, "two"));
    CU_ASSERT_STRING_EQUAL(content(path.text), "one\ntwo\n");
    CU_ASSERT(stat(path.text, &status) == 0 && (status.st_mode & 07777) == 0640);
    rs_log_file_clear(&file);
    rs_log_file_init(&file, path.text);
    CU_ASSERT(write_line(&file, "three"));
    CU_ASSERT_STRING_EQUAL(content(path.text), "one\ntwo\nthree\n");
    rs_log_file_clear(&file);
}

static void descriptor_is_closed_on_exec_and_at_the_end(void)
{
    rs_log_file file;
    scratch_path path;
    unsigned before = open_descriptors();
    start(&file, &path, "closed");
    CU_ASSERT(file.fd > STDERR_FILENO);
    CU_ASSERT(fcntl(file.fd, F_GETFD) == FD_CLOEXEC);
    CU_ASSERT((fcntl(file.fd, F_GETFL) & (O_ACCMODE | O_APPEND | O_NONBLOCK)) ==
              (O_WRONLY | O_APPEND | O_NONBLOCK));
    rs_log_file_clear(&file);
    CU_ASSERT(open_descriptors() == before);
}

static void long_line(void)
{
    rs_log_file file;
    scratch_path path;
    static char text[5000];
    start(&file, &path, "long");
    memset(text, 'x', sizeof text - 1);
    CU_ASSERT(write_line(&file, "one") && write_line(&file, text) && write_line(&file, "two"));
    CU_ASSERT(strlen(content(path.text)) == 4 + sizeof text + 4);
    CU_ASSERT_STRING_EQUAL(content(path.text) + 4 + sizeof text, "two\n");
    rs_log_file_clear(&file);
}

/* The number became this after it was looked at. Takes it over. */
static void check_stranger(rs_log_file *file, int fd, const char *what)
{
    CU_ASSERT_FATAL(fd >= 0);
    CHECK_ROW(write_line(file, "ours"), what);
    stranger = fd;
    CHECK_ROW(!write_line(file, "lost"), what);
    stranger = -1;
    close(fd);
}

static bool is_empty(int fd)
{
    char byte;
    fcntl(fd, F_SETFL, O_NONBLOCK);
    return read(fd, &byte, 1) < 0;
}

/* What another thread may open under the number, once it has closed it, in between. */
static void number_that_became_a_strangers(void)
{
    rs_log_file file;
    scratch_path path, other = scratch("other");
    int ends[2];
    start(&file, &path, "between");
    CU_ASSERT_FATAL(pipe(ends) == 0);
    check_stranger(&file, ends[1], "pipe");
    CU_ASSERT(is_empty(ends[0]));
    close(ends[0]);
    CU_ASSERT_FATAL(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    check_stranger(&file, ends[1], "socket");
    CU_ASSERT(is_empty(ends[0]));
    close(ends[0]);
    scratch_write(other.text, rs_bytes_of_string("theirs"));
    check_stranger(&file, open(other.text, O_RDONLY), "file to read");
    int fd = open(other.text, O_RDWR);
    stranger = fd;
    write_line(&file, "anywhere but here");
    stranger = -1;
    char bytes[7] = "";
    CU_ASSERT(pread(fd, bytes, 6, 0) == 6);
    CU_ASSERT_STRING_EQUAL(bytes, "theirs");
    CU_ASSERT(lseek(fd, 0, SEEK_CUR) == 0);
    close(fd);
    rs_log_file_clear(&file);
}

static void what_is_not_a_regular_file_is_refused(void)
{
    rs_log_file file;
    scratch_path fifo = scratch("fifo"), target = scratch("target"), link = scratch("link");
    scratch_path directory = scratch("directory");
    CU_ASSERT(mkfifo(fifo.text, 0600) == 0 && mkdir(directory.text, 0700) == 0);
    scratch_write(target.text, rs_bytes_of_string("x"));
    CU_ASSERT(symlink(target.text, link.text) == 0);
    int reader = open(fifo.text, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    CU_ASSERT_FATAL(reader >= 0);
    const char *const paths[] = {fifo.text, link.text, directory.text, "/dev/full", "/dev/null"};
    unsigned before = open_descriptors();
    for (size_t i = 0; i < ROWS(paths); i++) {
        rs_log_file_init(&file, paths[i]);
        CHECK_ROW(file.fd == -1, paths[i]);
        CHECK_ROW(!write_line(&file, "line"), paths[i]);
    }
    char byte;
    CU_ASSERT(read(reader, &byte, 1) == 0);
    close(reader);
    CU_ASSERT_STRING_EQUAL(content(target.text), "x");
    /* Nobody reads it: opening must not wait. */
    rs_log_file_init(&file, fifo.text);
    CU_ASSERT(file.fd == -1);
    CU_ASSERT(open_descriptors() == before - 1); /* the reader */
}

static void file_that_comes_later_is_found(void)
{
    rs_log_file file;
    scratch_path directory = scratch("later"), path = scratch("later/log");
    rs_log_file_init(&file, path.text);
    CU_ASSERT(!write_line(&file, "lost"));
    CU_ASSERT(mkdir(directory.text, 0700) == 0);
    CU_ASSERT(write_line(&file, "found"));
    CU_ASSERT_STRING_EQUAL(content(path.text), "found\n");
    rs_log_file_clear(&file);
}

/* The worst that a program can do: close all descriptors, and open files of its own. */
static void reused_descriptor_is_left_alone(void)
{
    int pipe_ends[2];
    rs_log_file file;
    scratch_path path;
    start(&file, &path, "reused");
    CU_ASSERT(write_line(&file, "one"));
    int fd = file.fd;
    CU_ASSERT_FATAL(pipe2(pipe_ends, O_CLOEXEC | O_NONBLOCK) == 0);
    CU_ASSERT(dup3(pipe_ends[1], fd, O_CLOEXEC) == fd);
    CU_ASSERT(write_line(&file, "two"));
    CU_ASSERT(file.fd != fd);
    CU_ASSERT_STRING_EQUAL(content(path.text), "one\ntwo\n");
    /* The program's own is still open, and was not written to. */
    char bytes[16];
    CU_ASSERT(write(fd, "own", 3) == 3);
    CU_ASSERT(read(pipe_ends[0], bytes, sizeof bytes) == 3 && memcmp(bytes, "own", 3) == 0);
    close(fd);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
    rs_log_file_clear(&file);
}

static void reused_descriptor_is_left_alone_at_a_refresh(void)
{
    rs_log_file file;
    scratch_path path, other = scratch("own-file");
    start(&file, &path, "reused-at-refresh");
    int fd = file.fd, own = open(other.text, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    CU_ASSERT(dup3(own, fd, O_CLOEXEC) == fd);
    move_away(path.text);
    rs_log_file_refresh(&file);
    CU_ASSERT(file.fd != fd);
    CU_ASSERT(write_line(&file, "one"));
    CU_ASSERT(write(fd, "own", 3) == 3);
    CU_ASSERT_STRING_EQUAL(content(other.text), "own");
    CU_ASSERT_STRING_EQUAL(content(path.text), "one\n");
    /* Neither does the end close what is not ours. */
    int ours = file.fd;
    CU_ASSERT(dup3(own, ours, O_CLOEXEC) == ours);
    rs_log_file_clear(&file);
    CU_ASSERT(write(ours, "2", 1) == 1);
    close(ours);
    close(own);
    close(fd);
}

static void closed_descriptor_is_opened_anew(void)
{
    rs_log_file file;
    scratch_path path;
    unsigned before = open_descriptors();
    start(&file, &path, "closed-by-program");
    close(file.fd);
    CU_ASSERT(write_line(&file, "one"));
    close(file.fd);
    rs_log_file_refresh(&file);
    CU_ASSERT(write_line(&file, "two"));
    CU_ASSERT_STRING_EQUAL(content(path.text), "one\ntwo\n");
    rs_log_file_clear(&file);
    CU_ASSERT(open_descriptors() == before);
}

static void standard_streams_stay_free(void)
{
    rs_log_file file;
    scratch_path path = scratch("standard-streams");
    int kept = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 100);
    CU_ASSERT_FATAL(kept >= 0);
    close(STDIN_FILENO);
    rs_log_file_init(&file, path.text);
    CU_ASSERT(file.fd > STDERR_FILENO);
    CU_ASSERT(fcntl(STDIN_FILENO, F_GETFD) == -1);
    CU_ASSERT(fcntl(file.fd, F_GETFD) == FD_CLOEXEC);
    CU_ASSERT(write_line(&file, "one"));
    rs_log_file_clear(&file);
    fcntl_fails = true;
    rs_log_file_init(&file, path.text);
    fcntl_fails = false;
    CU_ASSERT(file.fd == -1);
    CU_ASSERT(fcntl(STDIN_FILENO, F_GETFD) == -1);
    dup2(kept, STDIN_FILENO);
    close(kept);
    CU_ASSERT_STRING_EQUAL(content(path.text), "one\n");
}

static void rotation_with_create(void)
{
    rs_log_file file;
    scratch_path path;
    unsigned before = open_descriptors();
    start(&file, &path, "rotated");
    int fd = file.fd;
    CU_ASSERT(write_line(&file, "one"));
    move_away(path.text);
    scratch_write(path.text, rs_bytes_of_string(""));
    CU_ASSERT(write_line(&file, "two")); /* nothing is lost until the refresh */
    rs_log_file_refresh(&file);
    CU_ASSERT(write_line(&file, "three"));
    CU_ASSERT(file.fd == fd);
    CU_ASSERT(fcntl(file.fd, F_GETFD) == FD_CLOEXEC);
    CU_ASSERT_STRING_EQUAL(moved_content(path.text), "one\ntwo\n");
    CU_ASSERT_STRING_EQUAL(content(path.text), "three\n");
    rs_log_file_refresh(&file); /* nothing to do */
    CU_ASSERT(write_line(&file, "four"));
    CU_ASSERT_STRING_EQUAL(content(path.text), "three\nfour\n");
    rs_log_file_clear(&file);
    CU_ASSERT(open_descriptors() == before);
}

static void rotation_without_create(void)
{
    rs_log_file file;
    scratch_path path;
    start(&file, &path, "not-created");
    CU_ASSERT(write_line(&file, "one"));
    move_away(path.text);
    rs_log_file_refresh(&file);
    CU_ASSERT(write_line(&file, "two"));
    CU_ASSERT_STRING_EQUAL(moved_content(path.text), "one\n");
    CU_ASSERT_STRING_EQUAL(content(path.text), "two\n");
    rs_log_file_clear(&file);
}

/* The number of a file that was ours may be given to another file: it is known no longer. */
static void rotated_file_is_forgotten(void)
{
    rs_log_file file;
    scratch_path path;
    char moved[160];
    start(&file, &path, "forgotten");
    move_away(path.text);
    rs_log_file_refresh(&file);
    snprintf(moved, sizeof moved, "%s.1", path.text);
    int own = open(moved, O_WRONLY | O_CLOEXEC), fd = file.fd;
    CU_ASSERT(dup3(own, fd, O_CLOEXEC) == fd);
    CU_ASSERT(write_line(&file, "one"));
    CU_ASSERT_STRING_EQUAL(moved_content(path.text), "");
    CU_ASSERT_STRING_EQUAL(content(path.text), "one\n");
    close(own);
    close(fd);
    rs_log_file_clear(&file);
}

static void deleted_file_is_created_anew(void)
{
    rs_log_file file;
    scratch_path path;
    start(&file, &path, "deleted");
    CU_ASSERT(write_line(&file, "one"));
    CU_ASSERT(unlink(path.text) == 0);
    CU_ASSERT(write_line(&file, "two"));
    CU_ASSERT_STRING_EQUAL(content(path.text), "two\n");
    rs_log_file_clear(&file);
}

static void without_a_way_back_a_deleted_file_loses_lines(void)
{
    rs_log_file file;
    scratch_path directory = scratch("gone"), path = scratch("gone/log");
    CU_ASSERT(mkdir(directory.text, 0700) == 0);
    rs_log_file_init(&file, path.text);
    CU_ASSERT(write_line(&file, "one"));
    CU_ASSERT(unlink(path.text) == 0 && rmdir(directory.text) == 0);
    CU_ASSERT(!write_line(&file, "two"));
    rs_log_file_clear(&file);
}

static void copied_and_truncated(void)
{
    rs_log_file file;
    scratch_path path;
    start(&file, &path, "truncated");
    CU_ASSERT(write_line(&file, "one"));
    CU_ASSERT(truncate(path.text, 0) == 0);
    CU_ASSERT(write_line(&file, "two"));
    CU_ASSERT_STRING_EQUAL(content(path.text), "two\n");
    rs_log_file_clear(&file);
}

static void path_out_of_reach_changes_nothing(void)
{
    rs_log_file file;
    scratch_path directory = scratch("here"), moved = scratch("there"), path = scratch("here/log");
    CU_ASSERT(mkdir(directory.text, 0700) == 0);
    rs_log_file_init(&file, path.text);
    CU_ASSERT(rename(directory.text, moved.text) == 0);
    CU_ASSERT(write_line(&file, "one"));
    rs_log_file_refresh(&file);
    CU_ASSERT(write_line(&file, "two"));
    CU_ASSERT_STRING_EQUAL(content(scratch("there/log").text), "one\ntwo\n");
    rs_log_file_clear(&file);
}

static void number_that_cannot_be_replaced_stays(void)
{
    rs_log_file file;
    scratch_path path;
    unsigned before = open_descriptors();
    start(&file, &path, "not-replaced");
    move_away(path.text);
    dup3_fails = true;
    rs_log_file_refresh(&file);
    dup3_fails = false;
    CU_ASSERT(write_line(&file, "one"));
    CU_ASSERT_STRING_EQUAL(moved_content(path.text), "one\n");
    rs_log_file_refresh(&file);
    CU_ASSERT(write_line(&file, "two"));
    CU_ASSERT_STRING_EQUAL(content(path.text), "two\n");
    rs_log_file_clear(&file);
    CU_ASSERT(open_descriptors() == before);
}

static void torn_line_ends_before_the_next(void)
{
    rs_log_file file;
    scratch_path path;
    start(&file, &path, "torn");
    write_at_most = 3;
    CU_ASSERT(!write_line(&file, "first"));
    write_fails = true; /* still torn after that */
    CU_ASSERT(!write_line(&file, "second"));
    CU_ASSERT(write_line(&file, "third"));
    CU_ASSERT(write_line(&file, "fourth"));
    CU_ASSERT_STRING_EQUAL(content(path.text), "fir\nthird\nfourth\n");
    rs_log_file_clear(&file);
}

static void nothing_written_tears_nothing(void)
{
    rs_log_file file;
    scratch_path path;
    start(&file, &path, "nothing");
    write_fails = true;
    CU_ASSERT(!write_line(&file, "first"));
    CU_ASSERT(write_line(&file, "second"));
    CU_ASSERT_STRING_EQUAL(content(path.text), "second\n");
    rs_log_file_clear(&file);
}

static void line_that_lacks_its_newline_only_is_not_lost(void)
{
    rs_log_file file;
    scratch_path path;
    start(&file, &path, "newline");
    write_at_most = 5;
    CU_ASSERT(write_line(&file, "first"));
    CU_ASSERT(write_line(&file, "second"));
    CU_ASSERT_STRING_EQUAL(content(path.text), "first\nsecond\n");
    rs_log_file_clear(&file);
}

static void file_does_not_grow_beyond_its_limit(void)
{
    rs_log_file file;
    struct stat status;
    scratch_path path;
    start(&file, &path, "large");
    CU_ASSERT(truncate(path.text, RS_LOG_FILE_SIZE_MAX - 6) == 0);
    CU_ASSERT(!write_line(&file, "12345"));
    CU_ASSERT(write_line(&file, "1234"));
    CU_ASSERT(!write_line(&file, ""));
    CU_ASSERT(stat(path.text, &status) == 0 && status.st_size <= RS_LOG_FILE_SIZE_MAX);
    move_away(path.text);
    rs_log_file_refresh(&file);
    CU_ASSERT(write_line(&file, "12345"));
    rs_log_file_clear(&file);
}

/* In a child: a limit cannot be raised again. The signal's default is to end the process. */
static bool limit_raises_no_signal(void)
{
    rs_log_file file;
    scratch_path path;
    sigset_t pending;
    struct rlimit limit = {.rlim_cur = 10, .rlim_max = 10};
    start(&file, &path, "limited");
    if (signal(SIGXFSZ, SIG_DFL) == SIG_ERR || setrlimit(RLIMIT_FSIZE, &limit) != 0)
        return false;
    bool whole = write_line(&file, "12345");
    bool torn = !write_line(&file, "67890");
    bool lost = !write_line(&file, "12345") && !write_line(&file, "12345");
    return whole && torn && lost && strcmp(content(path.text), "12345\n6789") == 0 &&
           sigpending(&pending) == 0 && sigismember(&pending, SIGXFSZ) == 0;
}

/* A program that has this signal blocked, and pending, finds it so afterwards. */
static bool limit_leaves_signals_of_the_program(void)
{
    rs_log_file file;
    scratch_path path;
    sigset_t blocked, pending, mask;
    struct rlimit limit = {0};
    start(&file, &path, "limited-blocked");
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGXFSZ);
    if (signal(SIGXFSZ, SIG_DFL) == SIG_ERR || setrlimit(RLIMIT_FSIZE, &limit) != 0 ||
        sigprocmask(SIG_BLOCK, &blocked, NULL) != 0)
        return false;
    bool lost = !write_line(&file, "1");
    bool none = sigpending(&pending) == 0 && sigismember(&pending, SIGXFSZ) == 0;
    raise(SIGXFSZ);
    lost = lost && !write_line(&file, "2");
    bool stays = sigpending(&pending) == 0 && sigismember(&pending, SIGXFSZ) == 1;
    sigprocmask(SIG_BLOCK, NULL, &mask);
    return lost && none && stays && sigismember(&mask, SIGXFSZ) == 1;
}

static void limits_of_the_process(void)
{
    CU_ASSERT(holds_in_child(limit_raises_no_signal));
    CU_ASSERT(holds_in_child(limit_leaves_signals_of_the_program));
}

/* A child of fork writes into the same file, and can go on where another thread was opening. */
static void child_of_fork_writes_too(void)
{
    rs_log_file file;
    int status = -1;
    scratch_path path;
    start(&file, &path, "forked");
    CU_ASSERT(write_line(&file, "parent"));
    atomic_store(&file.changing, true);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        rs_log_file_after_fork(&file);
        bool written = write_line(&file, "child");
        move_away(path.text);
        rs_log_file_refresh(&file);
        _exit(written && write_line(&file, "child") ? 0 : 1);
    }
    CU_ASSERT(waitpid(child, &status, 0) == child && status == 0);
    CU_ASSERT(write_line(&file, "parent"));
    CU_ASSERT_STRING_EQUAL(moved_content(path.text), "parent\nchild\nparent\n");
    CU_ASSERT_STRING_EQUAL(content(path.text), "child\n");
    rs_log_file_clear(&file);
}

static void whoever_changes_is_not_waited_for(void)
{
    rs_log_file file;
    scratch_path path;
    start(&file, &path, "changing");
    move_away(path.text);
    atomic_store(&file.changing, true);
    rs_log_file_refresh(&file);
    CU_ASSERT(write_line(&file, "one"));
    CU_ASSERT_STRING_EQUAL(moved_content(path.text), "one\n");
    atomic_store(&file.changing, false);
    rs_log_file_refresh(&file);
    CU_ASSERT(write_line(&file, "two"));
    CU_ASSERT_STRING_EQUAL(content(path.text), "two\n");
    rs_log_file_clear(&file);
}

/* A thread that is to be cancelled must neither be so within a line, nor be spared after. */
static void *write_cancelled(void *argument)
{
    rs_log_file *file = argument;
    pthread_cancel(pthread_self());
    rs_log_file_refresh(file);
    write_line(file, "one");
    rs_log_file_refresh(file);
    pthread_testcancel();
    return NULL;
}

static void cancellation_waits(void)
{
    pthread_t thread;
    rs_log_file file;
    scratch_path path;
    void *result = NULL;
    start(&file, &path, "cancelled");
    CU_ASSERT_FATAL(pthread_create(&thread, NULL, write_cancelled, &file) == 0);
    pthread_join(thread, &result);
    CU_ASSERT(result == PTHREAD_CANCELED);
    CU_ASSERT(!atomic_load(&file.changing));
    CU_ASSERT_STRING_EQUAL(content(path.text), "one\n");
    rs_log_file_clear(&file);
}

enum { NOBODY = 65534 };

/* As a server that starts as root, opens its log, and goes on as somebody else. */
static bool dropped_privileges_keep_the_file(void)
{
    rs_log_file file;
    scratch_path directory = scratch("dropped"), path = scratch("dropped/log");
    if (mkdir(directory.text, 0700) != 0 || chmod(directory.text, 0777) != 0 ||
        chmod(scratch_directory, 0755) != 0)
        return false;
    rs_log_file_init(&file, path.text);
    if (setuid(NOBODY) != 0)
        return false;
    rs_log_file_refresh(&file);
    if (!write_line(&file, "one"))
        return false;
    /* Another's file in its place is not taken, and one that would be another's is not made. */
    move_away(path.text);
    int own = open(path.text, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    rs_log_file_refresh(&file);
    if (own < 0 || !write_line(&file, "two") || strcmp(content(path.text), "") != 0)
        return false;
    unlink(path.text);
    rs_log_file_refresh(&file);
    close(file.fd);
    return !write_line(&file, "three") && access(path.text, F_OK) != 0;
}

/* The first user could not create it, and another one could. */
static bool dropped_privileges_create_no_first_file(void)
{
    rs_log_file file;
    scratch_path directory = scratch("unmade"), path = scratch("unmade/log");
    rs_log_file_init(&file, path.text);
    if (mkdir(directory.text, 0700) != 0 || chown(directory.text, NOBODY, (gid_t)-1) != 0 ||
        chmod(scratch_directory, 0755) != 0 || setuid(NOBODY) != 0)
        return false;
    rs_log_file_refresh(&file);
    bool created = write_line(&file, "one") || access(path.text, F_OK) == 0;
    /* One that is there is taken. */
    int own = open(path.text, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    bool taken = own >= 0 && write_line(&file, "two");
    close(own);
    return !created && taken && strcmp(content(path.text), "two\n") == 0;
}

/* A directory that looks as the path does from a new root directory, without the file. */
static bool new_root_directory_gets_no_file(void)
{
    char inside[256];
    rs_log_file file;
    scratch_path root = scratch("jail"), path = scratch("jailed-log");
    snprintf(inside, sizeof inside, "%s/tmp", root.text);
    if (mkdir(root.text, 0700) != 0 || mkdir(inside, 0700) != 0)
        return false;
    snprintf(inside, sizeof inside, "%s%s", root.text, scratch_directory);
    if (mkdir(inside, 0700) != 0)
        return false;
    rs_log_file_init(&file, path.text);
    int outside = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (chroot(root.text) != 0 || chdir("/") != 0)
        return false;
    rs_log_file_refresh(&file);
    bool kept = write_line(&file, "one") && access(path.text, F_OK) != 0;
    /* Deleted outside: there is no way back to it from here. */
    bool deleted = unlinkat(outside, path.text + 1, 0) == 0;
    return kept && deleted && !write_line(&file, "two") && access(path.text, F_OK) != 0;
}

static void users_and_root_directories(void)
{
    if (geteuid() != 0) {
        printf("only as root: users_and_root_directories ");
        return;
    }
    CU_ASSERT(holds_in_child(dropped_privileges_keep_the_file));
    CU_ASSERT(holds_in_child(dropped_privileges_create_no_first_file));
    CU_ASSERT(holds_in_child(new_root_directory_gets_no_file));
}

enum { NO_NAMESPACE = 77, PAGE = 4096 };

/* On a file system of three pages, one of which is freed when all are used. */
static bool fill_disk(const char *directory)
{
    static const char line[] = "{\"what\":\"a line that does not divide a page of memory\"}";
    char page[PAGE] = {0}, path[160], filler[160];
    rs_log_file file;
    unsigned written = 0;
    snprintf(path, sizeof path, "%s/log", directory);
    snprintf(filler, sizeof filler, "%s/filler", directory);
    scratch_write(filler, rs_bytes_make(page, sizeof page));
    rs_log_file_init(&file, path);
    while (write_line(&file, line) && written <= 3 * PAGE / sizeof line)
        written++;
    bool full = written == 2 * PAGE / sizeof line && !write_line(&file, line) &&
                strlen(content(path)) == 2 * PAGE;
    bool freed = unlink(filler) == 0 && write_line(&file, line) && write_line(&file, line);
    /* The half line is on a line of its own. */
    const char *end = content(path) + 2 * PAGE;
    return full && freed && end[0] == '\n' && strncmp(end + 1, line, strlen(line)) == 0 &&
           strlen(end) == 1 + 2 * sizeof line;
}

static void full_disk(void)
{
    int status = -1;
    scratch_path directory = scratch("disk");
    CU_ASSERT(mkdir(directory.text, 0700) == 0);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        int flags = CLONE_NEWNS | (geteuid() == 0 ? 0 : CLONE_NEWUSER);
        if (unshare(flags) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
            mount("tmpfs", directory.text, "tmpfs", 0, "size=12k") != 0)
            _exit(NO_NAMESPACE);
        _exit(fill_disk(directory.text) ? 0 : 1);
    }
    CU_ASSERT(waitpid(child, &status, 0) == child && WIFEXITED(status));
    if (WEXITSTATUS(status) == NO_NAMESPACE)
        printf("no mount namespace: full_disk ");
    else
        CU_ASSERT(WEXITSTATUS(status) == 0);
}

static CU_TestInfo tests[] = {
    {"lines are appended", lines_are_appended},
    {"descriptor is closed on exec and at the end", descriptor_is_closed_on_exec_and_at_the_end},
    {"long line", long_line},
    {"number that became a stranger's", number_that_became_a_strangers},
    {"what is not a regular file is refused", what_is_not_a_regular_file_is_refused},
    {"file that comes later is found", file_that_comes_later_is_found},
    {"reused descriptor is left alone", reused_descriptor_is_left_alone},
    {"reused descriptor is left alone at a refresh", reused_descriptor_is_left_alone_at_a_refresh},
    {"closed descriptor is opened anew", closed_descriptor_is_opened_anew},
    {"standard streams stay free", standard_streams_stay_free},
    {"rotation with create", rotation_with_create},
    {"rotation without create", rotation_without_create},
    {"rotated file is forgotten", rotated_file_is_forgotten},
    {"deleted file is created anew", deleted_file_is_created_anew},
    {"without a way back a deleted file loses lines",
     without_a_way_back_a_deleted_file_loses_lines},
    {"copied and truncated", copied_and_truncated},
    {"path out of reach changes nothing", path_out_of_reach_changes_nothing},
    {"number that cannot be replaced stays", number_that_cannot_be_replaced_stays},
    {"torn line ends before the next", torn_line_ends_before_the_next},
    {"nothing written tears nothing", nothing_written_tears_nothing},
    {"line that lacks its newline only is not lost", line_that_lacks_its_newline_only_is_not_lost},
    {"file does not grow beyond its limit", file_does_not_grow_beyond_its_limit},
    {"limits of the process", limits_of_the_process},
    {"child of fork writes too", child_of_fork_writes_too},
    {"whoever changes is not waited for", whoever_changes_is_not_waited_for},
    {"cancellation waits", cancellation_waits},
    {"users and root directories", users_and_root_directories},
    {"full disk", full_disk},
    CU_TEST_INFO_NULL,
};

RS_SUITE("log_file", tests)
