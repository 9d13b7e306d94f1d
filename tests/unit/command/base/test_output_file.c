/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/output_file.h"

#include "tests/unit/scratch.h"
#include "tests/unit/suite.h"

#include <dirent.h>

static struct stat status_of(const char *path)
{
    struct stat status = {0};
    CU_ASSERT(lstat(path, &status) == 0);
    return status;
}

static mode_t mode_of(const char *path)
{
    return status_of(path).st_mode & 07777;
}

static bool has_text(const char *path, const char *text)
{
    char read[64] = "";
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return false;
    size_t n = fread(read, 1, sizeof read, file);
    fclose(file);
    return n == strlen(text) && memcmp(read, text, n) == 0;
}

static int count_files(void)
{
    int count = 0;
    DIR *folder = opendir(".");
    CU_ASSERT_FATAL(folder != NULL);
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

/* Runs with standard error closed: what fails prints a message. */
static bool write_quietly(const char *path)
{
    int err = dup(STDERR_FILENO), null = open("/dev/null", O_WRONLY);
    dup2(null, STDERR_FILENO);
    bool good = rs_output_file_write(path, rs_bytes_of_string("new"), false);
    dup2(err, STDERR_FILENO);
    close(null);
    close(err);
    return good;
}

static void enter_scratch(void)
{
    (void)scratch("");
    CU_ASSERT_FATAL(chdir(scratch_directory) == 0);
    umask(077);
}

static void file_is_new(void)
{
    CU_ASSERT(rs_output_file_write("x", rs_bytes_of_string("one"), true));
    CU_ASSERT(has_text("x", "one") && mode_of("x") == 0644);
}

static void file_is_replaced(void)
{
    ino_t before = status_of("x").st_ino;
    CU_ASSERT(chmod("x", 0600) == 0);
    CU_ASSERT(rs_output_file_write("./x", rs_bytes_of_string("two"), false));
    CU_ASSERT(has_text("x", "two") && mode_of("x") == 0644);
    CU_ASSERT(status_of("x").st_ino != before);
}

static void mode_and_owner_are_kept(void)
{
    CU_ASSERT(chmod("x", 0640) == 0);
    if (geteuid() == 0)
        CU_ASSERT(chown("x", 65534, 65534) == 0);
    uid_t owner = status_of("x").st_uid;
    CU_ASSERT(rs_output_file_write("x", rs_bytes_of_string("three"), true));
    CU_ASSERT(has_text("x", "three") && mode_of("x") == 0640);
    CU_ASSERT(status_of("x").st_uid == owner);
}

static void link_stays(void)
{
    CU_ASSERT_FATAL(symlink("x", "link") == 0);
    CU_ASSERT(rs_output_file_write("link", rs_bytes_of_string("four"), false));
    CU_ASSERT(has_text("x", "four") && S_ISLNK(status_of("link").st_mode));
}

static void failure_leaves_nothing(void)
{
    static const char *const paths[] = {"", "new/", "folder", "missing/x", "x/y", "/dev/null"};
    CU_ASSERT_FATAL(mkdir("folder", 0700) == 0);
    int before = count_files();
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        CU_ASSERT(!write_quietly(paths[i]));
    CU_ASSERT(count_files() == before);
    CU_ASSERT(S_ISCHR(status_of("/dev/null").st_mode));
}

static void folder_is_made_once(void)
{
    CU_ASSERT(rs_output_file_make_folder("made/x") && mode_of("made") == 0755);
    CU_ASSERT(chmod("made", 0700) == 0);
    CU_ASSERT(rs_output_file_make_folder("made/x") && mode_of("made") == 0700);
    CU_ASSERT(rs_output_file_make_folder("x") && rs_output_file_make_folder("/x"));
}

static CU_TestInfo tests[] = {
    {"a scratch folder is entered", enter_scratch},
    {"a file is new", file_is_new},
    {"a file is replaced", file_is_replaced},
    {"mode and owner are kept", mode_and_owner_are_kept},
    {"a link stays", link_stays},
    {"failure leaves nothing", failure_leaves_nothing},
    {"a folder is made once", folder_is_made_once},
    CU_TEST_INFO_NULL,
};

RS_SUITE("output files", tests)
