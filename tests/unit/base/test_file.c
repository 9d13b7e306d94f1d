/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/file.h"
#include "tests/unit/failing_memory.h"
#include "tests/unit/suite.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/rs-test-file-XXXXXX";

/* A path in the folder; good until the next call. */
static const char *in_folder(const char *name)
{
    static char path[64];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    if (file == NULL || fputs(text, file) < 0 || fclose(file) != 0)
        abort();
}

static void reads_whole_files(void)
{
    static const char *const texts[] = {"", "x", "twelve bytes"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *path = in_folder("text");
        uint8_t *bytes = NULL;
        size_t size = 99;
        write_file(path, texts[i]);
        CU_ASSERT_EQUAL(rs_file_read(path, 12, &bytes, &size), RS_FILE_OK);
        CU_ASSERT_EQUAL(size, strlen(texts[i]));
        CU_ASSERT_PTR_NOT_NULL_FATAL(bytes);
        CU_ASSERT_EQUAL(memcmp(bytes, texts[i], size), 0);
        free(bytes);
    }
}

/* Expects a refusal that leaves the results alone. */
static void refuse(const char *path, size_t limit, rs_file_status expected)
{
    uint8_t mark, *bytes = &mark;
    size_t size = 99;
    CU_ASSERT_EQUAL(rs_file_read(path, limit, &bytes, &size), expected);
    CU_ASSERT_PTR_EQUAL(bytes, &mark);
    CU_ASSERT_EQUAL(size, 99);
}

static void refuses_what_is_too_large(void)
{
    write_file(in_folder("text"), "twelve bytes");
    refuse(in_folder("text"), 11, RS_FILE_TOO_LARGE);
    refuse(in_folder("text"), 0, RS_FILE_TOO_LARGE);
}

static void refuses_what_is_no_file(void)
{
    refuse(folder, 100, RS_FILE_NOT_REGULAR);
    refuse("/dev/null", 100, RS_FILE_NOT_REGULAR);
    /* A blocking open would wait for a writer for ever. */
    if (mkfifo(in_folder("fifo"), 0600) != 0)
        abort();
    refuse(in_folder("fifo"), 100, RS_FILE_NOT_REGULAR);
    unlink(in_folder("fifo"));
}

static void tells_why_it_cannot_open(void)
{
    errno = 0;
    refuse(in_folder("missing"), 100, RS_FILE_SYSTEM);
    CU_ASSERT_EQUAL(errno, ENOENT);
    errno = 0;
    refuse(in_folder("text/below"), 100, RS_FILE_SYSTEM);
    CU_ASSERT_EQUAL(errno, ENOTDIR);
}

/* Files of /proc tell a size of 0 and have more: as one that grows while it is read. */
static void notices_growth(void)
{
    refuse("/proc/self/status", 1 << 20, RS_FILE_CHANGED);
}

/* Reading a process's memory at address 0 fails; the file is regular and opens. */
static void tells_why_it_cannot_read(void)
{
    errno = 0;
    refuse("/proc/self/mem", 100, RS_FILE_SYSTEM);
    CU_ASSERT_EQUAL(errno, EIO);
}

static void survives_without_memory(void)
{
#ifndef RS_MEMORY_NEVER_FAILS
    write_file(in_folder("text"), "twelve bytes");
    const char *path = in_folder("text");
    memory_fail_after(0);
    refuse(path, 100, RS_FILE_NO_MEMORY);
    CU_ASSERT_TRUE(memory_fail_stop());
#endif
}

static void leaves_no_descriptor_open(void)
{
    int before = open("/dev/null", O_RDONLY), after;
    uint8_t *bytes;
    size_t size;
    write_file(in_folder("text"), "x");
    for (int i = 0; i < 3; i++) {
        if (rs_file_read(in_folder("text"), 100, &bytes, &size) == RS_FILE_OK)
            free(bytes);
        refuse(in_folder("text"), 0, RS_FILE_TOO_LARGE);
        refuse(folder, 100, RS_FILE_NOT_REGULAR);
    }
    after = open("/dev/null", O_RDONLY);
    CU_ASSERT_EQUAL(after, before + 1);
    close(after);
    close(before);
}

static void has_a_text_for_each_status(void)
{
    for (int i = RS_FILE_OK; i <= RS_FILE_NO_MEMORY + 1; i++) {
        const char *text = rs_file_status_text((rs_file_status)i);
        CU_ASSERT_PTR_NOT_NULL_FATAL(text);
        CU_ASSERT_TRUE(strlen(text) > 5);
    }
    CU_ASSERT_STRING_EQUAL(rs_file_status_text(RS_FILE_TOO_LARGE), "is too large");
}

static void makes_a_folder_for_the_tests(void)
{
    CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
}

static void removes_the_folder(void)
{
    unlink(in_folder("text"));
    CU_ASSERT_EQUAL(rmdir(folder), 0);
}

static CU_TestInfo tests[] = {
    {"makes a folder for the tests", makes_a_folder_for_the_tests},
    {"reads whole files", reads_whole_files},
    {"refuses what is too large", refuses_what_is_too_large},
    {"refuses what is no file", refuses_what_is_no_file},
    {"tells why it cannot open", tells_why_it_cannot_open},
    {"notices growth", notices_growth},
    {"tells why it cannot read", tells_why_it_cannot_read},
    {"survives without memory", survives_without_memory},
    {"leaves no descriptor open", leaves_no_descriptor_open},
    {"has a text for each status", has_a_text_for_each_status},
    {"removes the folder", removes_the_folder},
    CU_TEST_INFO_NULL,
};

RS_SUITE("file", tests)
