/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/provider/telemetry/opened_log_file.h"
#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

#include <sys/stat.h>

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

static CU_TestInfo tests[] = {
    {"lines are appended", lines_are_appended},
    {"descriptor is closed on exec and at the end", descriptor_is_closed_on_exec_and_at_the_end},
    {"long line", long_line},
    {"what is not a regular file is refused", what_is_not_a_regular_file_is_refused},
    {"file that comes later is found", file_that_comes_later_is_found},
    {"child of fork writes too", child_of_fork_writes_too},
    {"whoever changes is not waited for", whoever_changes_is_not_waited_for},
    {"cancellation waits", cancellation_waits},
    CU_TEST_INFO_NULL,
};

RS_SUITE("log_file", tests)
