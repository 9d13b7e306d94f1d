/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/string_set_writer.h"
#include "lib/image/image.h"
#include "tests/unit/failing_memory.h"
#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

static rs_string_set view(const rs_byte_buffer *out, size_t at, uint32_t count)
{
    return (rs_string_set){out->p + at, out->p + at + 8 * (size_t)count, count};
}

static void write_sorts_and_drops_repeated(void)
{
    rs_bytes strings[] = {LITERAL("b"), LITERAL("ab"), LITERAL(""),  LITERAL("a"),
                          LITERAL("b"), LITERAL(""),   LITERAL("a"), LITERAL("\xff\0x")};
    static const rs_bytes expected[] = {LITERAL(""), LITERAL("a"), LITERAL("ab"), LITERAL("b"),
                                        LITERAL("\xff\0x")};
    rs_byte_buffer out = {0};
    uint8_t *before;
    CU_ASSERT_EQUAL(rs_byte_buffer_add(&out, 3, &before), RS_WRITE_OK);
    uint32_t count = 0;
    CU_ASSERT_EQUAL(rs_string_set_write(strings, ROWS(strings), &out, &count), RS_WRITE_OK);
    CU_ASSERT_EQUAL_FATAL(count, ROWS(expected));
    CU_ASSERT_EQUAL(out.n, 3 + 8 * ROWS(expected) + 7);
    rs_string_set set = view(&out, 3, count);
    CU_ASSERT(rs_string_set_check(&set, 7));
    for (uint32_t i = 0; i < count; i++)
        CU_ASSERT(rs_bytes_equal(rs_string_set_at(&set, i), expected[i]));
    rs_byte_buffer_clear(&out);
}

static void one_string_is_a_set(void)
{
    rs_bytes string = LITERAL("Acme");
    rs_byte_buffer out = {0};
    uint32_t count = 0;
    CU_ASSERT_EQUAL(rs_string_set_write(&string, 1, &out, &count), RS_WRITE_OK);
    CU_ASSERT(count == 1 && out.n == 12 && memcmp(out.p, "\0\0\0\0\4\0\0\0Acme", 12) == 0);
    rs_byte_buffer_clear(&out);
}

static void write_does_not_exceed_an_image(void)
{
    static const uint8_t byte = 'x';
    rs_bytes strings[] = {{&byte, RS_IMAGE_SIZE_MAX + 1}};
    rs_byte_buffer out = {0};
    uint32_t count = 0;
    CU_ASSERT_EQUAL(rs_string_set_write(strings, 1, &out, &count), RS_WRITE_TOO_LARGE);
    strings[0].n = RS_IMAGE_SIZE_MAX - 7;
    CU_ASSERT_EQUAL(rs_string_set_write(strings, 1, &out, &count), RS_WRITE_TOO_LARGE);
    CU_ASSERT_EQUAL(out.n, 0);
    rs_byte_buffer_clear(&out);
}

static void no_memory_is_told(void)
{
    rs_bytes strings[] = {LITERAL("b"), LITERAL("a")};
    rs_byte_buffer out = {0};
    uint32_t count = 0;
    /* Sorting may take memory too, and does without. */
    for (long n = 0; n < 2; n++) {
        memory_fail_after(n);
        rs_write_status status = rs_string_set_write(strings, 2, &out, &count);
        bool failed = memory_fail_stop();
        CU_ASSERT(status == RS_WRITE_OK || (failed && status == RS_WRITE_NO_MEMORY));
        CU_ASSERT(status == RS_WRITE_OK ? count == 2 : out.n == 0);
        rs_byte_buffer_clear(&out);
    }
}

static CU_TestInfo tests[] = {
    {"write sorts and drops repeated ones", write_sorts_and_drops_repeated},
    {"one string is a set", one_string_is_a_set},
    {"write does not exceed an image", write_does_not_exceed_an_image},
    {"no memory is told", no_memory_is_told},
    CU_TEST_INFO_NULL,
};

RS_SUITE("string_set_writer", tests)
