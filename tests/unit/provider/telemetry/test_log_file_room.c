/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines that find no room, or only for their beginning: on a disk, or below a limit.
 */
#include "tests/unit/provider/telemetry/opened_log_file.h"
#include "tests/unit/suite.h"

#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

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
    {"torn line ends before the next", torn_line_ends_before_the_next},
    {"nothing written tears nothing", nothing_written_tears_nothing},
    {"line that lacks its newline only is not lost", line_that_lacks_its_newline_only_is_not_lost},
    {"file does not grow beyond its limit", file_does_not_grow_beyond_its_limit},
    {"limits of the process", limits_of_the_process},
    {"full disk", full_disk},
    CU_TEST_INFO_NULL,
};

RS_SUITE("log_file_room", tests)
