/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A log file that is moved away, deleted or truncated while it is written to.
 */
#include "tests/unit/provider/telemetry/opened_log_file.h"
#include "tests/unit/suite.h"

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

static CU_TestInfo tests[] = {
    {"rotation with create", rotation_with_create},
    {"rotation without create", rotation_without_create},
    {"rotated file is forgotten", rotated_file_is_forgotten},
    {"deleted file is created anew", deleted_file_is_created_anew},
    {"without a way back a deleted file loses lines",
     without_a_way_back_a_deleted_file_loses_lines},
    {"copied and truncated", copied_and_truncated},
    {"path out of reach changes nothing", path_out_of_reach_changes_nothing},
    CU_TEST_INFO_NULL,
};

RS_SUITE("log_file_rotation", tests)
