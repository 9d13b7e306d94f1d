/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The number of the log file's descriptor, which the program closes, or gives to a file of its own.
 */
#include "tests/unit/provider/telemetry/opened_log_file.h"
#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

#include <sys/socket.h>

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

static CU_TestInfo tests[] = {
    {"number that became a stranger's", number_that_became_a_strangers},
    {"reused descriptor is left alone", reused_descriptor_is_left_alone},
    {"reused descriptor is left alone at a refresh", reused_descriptor_is_left_alone_at_a_refresh},
    {"closed descriptor is opened anew", closed_descriptor_is_opened_anew},
    {"standard streams stay free", standard_streams_stay_free},
    {"number that cannot be replaced stays", number_that_cannot_be_replaced_stays},
    CU_TEST_INFO_NULL,
};

RS_SUITE("log_file_number", tests)
