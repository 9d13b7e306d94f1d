/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/limited_store.h"

#include "tests/unit/own_root.h"

#include <string.h>

#define KEPT ROOTSCOPE_ORIGINALS "/" RS_STORE_BUNDLE

static rs_limited_store read_text(const char *text)
{
    rs_limited_store read;
    own_root_make_folder("/etc");
    scratch_write("/etc/bundle", rs_bytes_of_string(text));
    rs_limited_store_read("/etc/bundle", &read);
    return read;
}

static void the_first_line_of_a_bundle(void)
{
    rs_limited_store read =
        read_text(RS_STORE_MARK "12 limited, of 0123456789abcdef by fedcba9876543210\n-----");
    CU_ASSERT_EQUAL(read.roots, 12);
    CU_ASSERT_STRING_EQUAL(read.list, "fedcba9876543210");
    CU_ASSERT(rs_limited_store_is("/etc/bundle"));
}

static void a_line_that_tells_less(void)
{
    rs_limited_store read = read_text(RS_STORE_MARK);
    CU_ASSERT(read.roots == 0 && read.list[0] == '\0');
    read = read_text(RS_STORE_MARK "3 limited, of ");
    CU_ASSERT(read.roots == 3 && read.list[0] == '\0');
    read = read_text(RS_STORE_MARK "3 limited, of 0123456789abcdef by <b>\n");
    CU_ASSERT(read.roots == 3 && read.list[0] == '\0');
}

static void what_is_another_file(void)
{
    CU_ASSERT_EQUAL(read_text("").roots, -1);
    CU_ASSERT_EQUAL(read_text("-----BEGIN CERTIFICATE-----\n").roots, -1);
    CU_ASSERT_EQUAL(read_text("\n" RS_STORE_MARK "1 limited\n").roots, -1);
    CU_ASSERT_FALSE(rs_limited_store_is("/etc/none"));
    /* A FIFO that nobody writes to is not waited for. */
    CU_ASSERT_EQUAL(mkfifo("/etc/fifo", 0644), 0);
    CU_ASSERT_FALSE(rs_limited_store_is("/etc/fifo"));
}

static void the_file_that_it_replaced(void)
{
    own_root_empty();
    read_text(RS_STORE_MARK "1 limited\n");
    CU_ASSERT_STRING_EQUAL(rs_limited_store_original("/etc/bundle"), "/etc/bundle"); /* lost */
    own_root_make_folder(ROOTSCOPE_ORIGINALS);
    scratch_write(KEPT, rs_bytes_of_string("kept"));
    CU_ASSERT_STRING_EQUAL(rs_limited_store_original("/etc/bundle"), KEPT);
    read_text("update-ca-certificates wrote it since");
    CU_ASSERT_STRING_EQUAL(rs_limited_store_original("/etc/bundle"), "/etc/bundle");
}

static CU_TestInfo tests[] = {
    {"the first line of a bundle", the_first_line_of_a_bundle},
    {"a line that tells less", a_line_that_tells_less},
    {"what is another file", what_is_another_file},
    {"the file that it replaced", the_file_that_it_replaced},
    CU_TEST_INFO_NULL,
};

OWN_ROOT_SUITE("limited_store", tests)
