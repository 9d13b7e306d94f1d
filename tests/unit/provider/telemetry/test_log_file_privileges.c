/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Programs that change their user or their root directory once the log file is open.
 */
#include "tests/unit/provider/telemetry/opened_log_file.h"
#include "tests/unit/suite.h"

#include <sys/stat.h>

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

static CU_TestInfo tests[] = {
    {"users and root directories", users_and_root_directories},
    CU_TEST_INFO_NULL,
};

RS_SUITE("log_file_privileges", tests)
