/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/list_file.h"

#include "tests/unit/rows.h"
#include "tests/unit/scratch.h"
#include "tests/unit/suite.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>

static const char list_text[] = "default\n    permit corp.example\n";

static scratch_path good_list(void)
{
    scratch_path path = scratch("good.rsl");
    rs_bytes image = compiled(list_text);
    scratch_write(path.text, image);
    exact_free(image);
    return path;
}

/* What reading says, whatever it read given back. */
static rs_list_problem problem_of(const char *path, const uid_t *owner)
{
    uint8_t *bytes = NULL;
    rs_image image;
    rs_file_state state;
    rs_list_problem problem = rs_list_file_read(path, owner, &bytes, &image, &state);
    CU_ASSERT((bytes != NULL) == (problem == RS_LIST_OK));
    free(bytes);
    return problem;
}

static void read_good_list(void)
{
    scratch_path path = good_list();
    rs_bytes expected = compiled(list_text);
    uint8_t *bytes = NULL;
    rs_image image = {0};
    rs_file_state state, looked;
    uid_t owner = geteuid();
    scratch_age(path.text);
    CU_ASSERT(rs_list_file_read(path.text, &owner, &bytes, &image, &state) == RS_LIST_OK);
    CU_ASSERT(image.file.p == bytes);
    CU_ASSERT(rs_bytes_equal(image.file, expected));
    CU_ASSERT(image.stanza_count == 1);
    CU_ASSERT(state.owner == owner);
    CU_ASSERT(state.size == (off_t)expected.n);
    CU_ASSERT(rs_list_file_look(path.text, &looked) == RS_LIST_OK);
    CU_ASSERT(rs_file_state_equal(&state, &looked));
    free(bytes);
    exact_free(expected);
}

/* One that gets pages of its own. */
static void read_large_list(void)
{
    enum { SUFFIXES = 20000, LINE = sizeof "    permit n20000.example\n" };
    scratch_path path = scratch("large.rsl");
    char *text = malloc(sizeof "default\n" + (size_t)SUFFIXES * LINE);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    int used = sprintf(text, "default\n");
    for (int i = 0; i < SUFFIXES; i++)
        used += sprintf(text + used, "    permit n%d.example\n", i);
    rs_bytes expected = compiled(text);
    CU_ASSERT(expected.n > 128 * 1024);
    scratch_write(path.text, expected);
    uint8_t *bytes = NULL;
    rs_image image = {0};
    rs_file_state state;
    CU_ASSERT(rs_list_file_read(path.text, NULL, &bytes, &image, &state) == RS_LIST_OK);
    CU_ASSERT(rs_bytes_equal(image.file, expected));
    free(bytes);
    exact_free(expected);
    free(text);
}

/* What was just written may be written again, and look the same. */
static void read_new_list(void)
{
    scratch_path path = good_list();
    uint8_t *bytes = NULL;
    rs_image image;
    rs_file_state state, looked;
    CU_ASSERT(rs_list_file_read(path.text, NULL, &bytes, &image, &state) == RS_LIST_OK);
    free(bytes);
    CU_ASSERT(rs_list_file_look(path.text, &looked) == RS_LIST_OK);
    CU_ASSERT(!state.settled && !rs_file_state_equal(&state, &looked));
}

static void read_what_is_missing(void)
{
    rs_file_state state;
    scratch_path path = scratch("nowhere");
    CU_ASSERT(problem_of(path.text, NULL) == RS_LIST_MISSING);
    CU_ASSERT(rs_list_file_look(path.text, &state) == RS_LIST_MISSING);
    good_list();
    path = scratch("good.rsl/below-a-file");
    CU_ASSERT(problem_of(path.text, NULL) == RS_LIST_MISSING);
    CU_ASSERT(rs_list_file_look(path.text, &state) == RS_LIST_MISSING);
}

static void read_a_loop_of_links(void)
{
    rs_file_state state;
    scratch_path path = scratch("loop");
    CU_ASSERT_FATAL(symlink("loop", path.text) == 0);
    CU_ASSERT(problem_of(path.text, NULL) == RS_LIST_UNREADABLE);
    CU_ASSERT(rs_list_file_look(path.text, &state) == RS_LIST_UNREADABLE);
}

/* Needs no waiting writer to return: the test would not end. */
static void read_what_is_no_file(void)
{
    scratch_path fifo = scratch("fifo"), directory = scratch("directory");
    CU_ASSERT_FATAL(mkfifo(fifo.text, 0644) == 0);
    CU_ASSERT_FATAL(mkdir(directory.text, 0755) == 0);
    CU_ASSERT(problem_of(fifo.text, NULL) == RS_LIST_NOT_A_FILE);
    CU_ASSERT(problem_of(directory.text, NULL) == RS_LIST_NOT_A_FILE);
    CU_ASSERT(problem_of("/dev/null", NULL) == RS_LIST_NOT_A_FILE);
}

static void read_a_socket(void)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    scratch_path path = scratch("socket");
    memcpy(address.sun_path, path.text, strlen(path.text) + 1);
    int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
    CU_ASSERT_FATAL(bind(fd, (const struct sockaddr *)&address, sizeof address) == 0);
    CU_ASSERT(problem_of(path.text, NULL) == RS_LIST_UNREADABLE);
    close(fd);
}

static void read_through_a_link(void)
{
    scratch_path path = scratch("link");
    good_list();
    CU_ASSERT_FATAL(symlink("good.rsl", path.text) == 0);
    CU_ASSERT(problem_of(path.text, NULL) == RS_LIST_OK);
}

static void read_with_each_permission(void)
{
    static const struct {
        mode_t mode;
        rs_list_problem problem;
        const char *name;
    } rows[] = {
        {0400, RS_LIST_OK, "0400"},       {0644, RS_LIST_OK, "0644"},
        {0755, RS_LIST_OK, "0755"},       {0664, RS_LIST_WRITABLE, "0664"},
        {0646, RS_LIST_WRITABLE, "0646"}, {0666, RS_LIST_WRITABLE, "0666"},
        {0420, RS_LIST_WRITABLE, "0420"}, {01777, RS_LIST_WRITABLE, "01777"},
    };
    scratch_path path = good_list();
    for (size_t i = 0; i < ROWS(rows); i++) {
        CU_ASSERT_FATAL(chmod(path.text, rows[i].mode) == 0);
        CHECK_ROW(problem_of(path.text, NULL) == rows[i].problem, rows[i].name);
    }
    chmod(path.text, 0644);
}

static void read_what_may_not_be_read(void)
{
    scratch_path path = good_list();
    uid_t before = geteuid();
    CU_ASSERT_FATAL(chmod(path.text, 0) == 0 && chmod(scratch_directory, 0755) == 0);
    /* To root nothing is unreadable. */
    if (before == 0 && seteuid(65534) != 0) {
        fprintf(stderr, "skipped: cannot become another user\n");
        return;
    }
    CU_ASSERT(problem_of(path.text, NULL) == RS_LIST_UNREADABLE);
    CU_ASSERT_FATAL(seteuid(before) == 0);
    CU_ASSERT_FATAL(chmod(path.text, 0644) == 0);
}

static void read_of_another_owner(void)
{
    scratch_path path = good_list();
    uid_t owner = geteuid(), other = owner + 1;
    CU_ASSERT(problem_of(path.text, &owner) == RS_LIST_OK);
    CU_ASSERT(problem_of(path.text, &other) == RS_LIST_OWNER);
    if (chown(path.text, other, (gid_t)-1) != 0) {
        fprintf(stderr, "skipped: only root can give a file away\n");
        return;
    }
    CU_ASSERT(problem_of(path.text, &owner) == RS_LIST_OWNER);
    CU_ASSERT(problem_of(path.text, &other) == RS_LIST_OK);
    CU_ASSERT(problem_of(path.text, NULL) == RS_LIST_OK);
}

/* A sparse file: takes no room, and must not take any memory. */
static void read_of_each_size(void)
{
    scratch_path path = scratch("sparse");
    scratch_write(path.text, rs_bytes_of_string(""));
    CU_ASSERT(problem_of(path.text, NULL) == RS_LIST_BAD_IMAGE);
    CU_ASSERT_FATAL(truncate(path.text, (off_t)RS_IMAGE_SIZE_MAX) == 0);
    CU_ASSERT(problem_of(path.text, NULL) == RS_LIST_BAD_IMAGE);
    CU_ASSERT_FATAL(truncate(path.text, (off_t)RS_IMAGE_SIZE_MAX + 1) == 0);
    CU_ASSERT(problem_of(path.text, NULL) == RS_LIST_TOO_LARGE);
    CU_ASSERT_FATAL(truncate(path.text, (off_t)1 << 40) == 0);
    CU_ASSERT(problem_of(path.text, NULL) == RS_LIST_TOO_LARGE);
}

static void read_what_is_cut_or_damaged(void)
{
    scratch_path path = scratch("cut.rsl");
    rs_bytes image = compiled(list_text);
    for (size_t n = 0; n < image.n; n++) {
        scratch_write(path.text, rs_bytes_make(image.p, n));
        CU_ASSERT(problem_of(path.text, NULL) == RS_LIST_BAD_IMAGE);
    }
    ((uint8_t *)(uintptr_t)image.p)[image.n / 2] ^= 1;
    scratch_write(path.text, image);
    CU_ASSERT(problem_of(path.text, NULL) == RS_LIST_BAD_IMAGE);
    exact_free(image);
}

/* Every reader must have let go of its descriptor. */
static void read_leaves_no_descriptor(void)
{
    scratch_path path = good_list();
    int before = dup(0);
    close(before);
    problem_of(path.text, NULL);
    problem_of("/dev/null", NULL);
    problem_of(scratch("cut.rsl").text, NULL);
    int after = dup(0);
    close(after);
    CU_ASSERT(before == after);
}

static void states_differ_in_each_field(void)
{
    rs_file_state state = {.device = 1, .inode = 2, .size = 3, .owner = 4, .settled = true}, other;
    CU_ASSERT(rs_file_state_equal(&state, &state));
#define DIFFERS(field)                                                                             \
    other = state;                                                                                 \
    other.field++;                                                                                 \
    CHECK_ROW(!rs_file_state_equal(&state, &other), #field)
    DIFFERS(device);
    DIFFERS(inode);
    DIFFERS(size);
    DIFFERS(owner);
    DIFFERS(modified.tv_sec);
    DIFFERS(modified.tv_nsec);
    DIFFERS(changed.tv_sec);
    DIFFERS(changed.tv_nsec);
    other = state;
    other.settled = false;
    CU_ASSERT(!rs_file_state_equal(&other, &state) && !rs_file_state_equal(&state, &other));
}

static void texts_are_distinct(void)
{
    for (unsigned i = 0; i < RS_LIST_PROBLEMS; i++) {
        const char *text = rs_list_problem_text((rs_list_problem)i);
        CU_ASSERT_PTR_NOT_NULL_FATAL(text);
        for (unsigned j = 0; j < i; j++)
            CHECK_ROW(strcmp(text, rs_list_problem_text((rs_list_problem)j)) != 0, text);
    }
    CU_ASSERT_STRING_EQUAL(rs_list_problem_text(RS_LIST_PROBLEMS), "is bad");
}

static CU_TestInfo tests[] = {
    {"read good list", read_good_list},
    {"read new list", read_new_list},
    {"read large list", read_large_list},
    {"read what is missing", read_what_is_missing},
    {"read a loop of links", read_a_loop_of_links},
    {"read what is no file", read_what_is_no_file},
    {"read a socket", read_a_socket},
    {"read through a link", read_through_a_link},
    {"read with each permission", read_with_each_permission},
    {"read what may not be read", read_what_may_not_be_read},
    {"read of another owner", read_of_another_owner},
    {"read of each size", read_of_each_size},
    {"read what is cut or damaged", read_what_is_cut_or_damaged},
    {"read leaves no descriptor", read_leaves_no_descriptor},
    {"states differ in each field", states_differ_in_each_field},
    {"texts are distinct", texts_are_distinct},
    CU_TEST_INFO_NULL,
};

RS_SUITE("list_file", tests)
