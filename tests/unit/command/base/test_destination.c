/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/destination.h"

#include "tests/unit/scratch.h"
#include "tests/unit/suite.h"

#include <errno.h>
#include <string.h>

/* What a path comes to, in the folder that `make_tree` made. */
typedef struct outcome {
    bool good, exists;
    char name[NAME_MAX + 1];
    bool is_sub;                  /* in the folder `sub`; else in the first one */
    char message[PATH_MAX + 256]; /* on standard error */
} outcome;

static void make_tree(void)
{
    scratch_path absolute = scratch("sub/file");
    CU_ASSERT_FATAL(chdir(scratch_directory) == 0 && mkdir("sub", 0700) == 0);
    scratch_write("file", rs_bytes_of_string(""));
    scratch_write(absolute.text, rs_bytes_of_string(""));
    CU_ASSERT_FATAL(symlink("sub", "to-sub") == 0 && symlink("sub/new", "dangling") == 0);
    CU_ASSERT_FATAL(symlink(absolute.text, "absolute") == 0);
    CU_ASSERT_FATAL(symlink("to-sub/../file", "round") == 0 && symlink("loop", "loop") == 0);
}

static bool is_same_folder(int fd, const char *path)
{
    struct stat one, two;
    return fstat(fd, &one) == 0 && stat(path, &two) == 0 && one.st_ino == two.st_ino;
}

static void look(const char *path, outcome *o)
{
    rs_destination place;
    *o = (outcome){.good = false};
    FILE *file = tmpfile();
    CU_ASSERT_FATAL(file != NULL);
    int err = dup(STDERR_FILENO);
    dup2(fileno(file), STDERR_FILENO);
    o->good = rs_destination_open(path, &place);
    dup2(err, STDERR_FILENO);
    close(err);
    rewind(file);
    o->message[fread(o->message, 1, sizeof o->message - 1, file)] = '\0';
    fclose(file);
    if (!o->good) {
        CU_ASSERT(place.folder == -1);
        return;
    }
    o->exists = place.exists;
    memcpy(o->name, place.name, sizeof o->name);
    o->is_sub = is_same_folder(place.folder, "sub");
    CU_ASSERT(o->is_sub || is_same_folder(place.folder, "."));
    rs_destination_close(&place);
}

static void paths_lead_to_places(void)
{
    static const struct {
        const char *path, *name;
        bool is_sub, exists;
    } rows[] = {
        {"file", "file", false, true},       {"new", "new", false, false},
        {"./sub//file", "file", true, true}, {"sub/../new", "new", false, false},
        {"to-sub/file", "file", true, true}, {"to-sub/new", "new", true, false},
        {"absolute", "file", true, true},    {"round", "file", false, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        outcome o;
        look(rows[i].path, &o);
        CU_ASSERT(o.good && o.message[0] == '\0');
        CU_ASSERT_STRING_EQUAL(o.name, rows[i].name);
        CU_ASSERT(o.is_sub == rows[i].is_sub && o.exists == rows[i].exists);
    }
}

static void paths_that_lead_nowhere(void)
{
    char name[NAME_MAX + 2], path[PATH_MAX + 1];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    memset(path, '/', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    const struct {
        const char *path;
        int error;
    } rows[] = {
        {"missing/x", ENOENT}, {"file/x", ENOTDIR}, {"dangling", ENOENT},
        {"loop", ELOOP},       {"loop/x", ELOOP},   {name, ENAMETOOLONG},
        {path, ENAMETOOLONG},  {"/", EISDIR},       {"", EISDIR},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        outcome o;
        look(rows[i].path, &o);
        CU_ASSERT(!o.good && strstr(o.message, strerror(rows[i].error)) != NULL);
    }
}

static void links_of_another_user(void)
{
    enum { STRANGER = 65534 };
    static const char *const paths[] = {"absolute", "to-sub/file", "dangling"};
    if (geteuid() != 0)
        return; /* nobody else can give a link away */
    CU_ASSERT_FATAL(lchown("absolute", STRANGER, STRANGER) == 0);
    CU_ASSERT_FATAL(lchown("to-sub", STRANGER, STRANGER) == 0);
    CU_ASSERT_FATAL(lchown("dangling", STRANGER, STRANGER) == 0);
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        outcome o;
        look(paths[i], &o);
        CU_ASSERT(!o.good &&
                  strncmp(o.message + strlen("rootscope: "), paths[i], strlen(paths[i])) == 0);
        CU_ASSERT(strstr(o.message, "is a symbolic link of another user (ID 65534); name the file "
                                    "that it leads to") != NULL);
    }
}

static CU_TestInfo tests[] = {
    {"a tree is made", make_tree},
    {"paths lead to places", paths_lead_to_places},
    {"paths that lead nowhere", paths_that_lead_nowhere},
    {"links of another user", links_of_another_user},
    CU_TEST_INFO_NULL,
};

RS_SUITE("places", tests)
