/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/byte_buffer.h"
#include "lib/image/image.h"
#include "tests/unit/failing_memory.h"
#include "tests/unit/suite.h"

static void add_appends_zeros(void)
{
    rs_byte_buffer buffer = {0};
    uint8_t *p = NULL;
    for (size_t i = 0; i < 300; i++) {
        CU_ASSERT_EQUAL_FATAL(rs_byte_buffer_add(&buffer, i, &p), RS_WRITE_OK);
        CU_ASSERT_EQUAL(buffer.n, i * (i + 1) / 2);
        CU_ASSERT_PTR_EQUAL(p + i, buffer.p + buffer.n);
        for (size_t j = 0; j < i; j++) {
            if (p[j] != 0)
                CU_FAIL("not zero");
            p[j] = (uint8_t)i;
        }
    }
    size_t at = 0;
    for (size_t i = 0; i < 300; i++) {
        for (size_t j = 0; j < i; j++) {
            if (buffer.p[at++] != (uint8_t)i)
                CU_FAIL("not kept");
        }
    }
    rs_byte_buffer_clear(&buffer);
    CU_ASSERT(buffer.p == NULL && buffer.n == 0 && buffer.capacity == 0);
}

/* What was cut off and is used again is zero again. */
static void add_zeroes_again(void)
{
    rs_byte_buffer buffer = {0};
    uint8_t *p = NULL;
    CU_ASSERT_EQUAL_FATAL(rs_byte_buffer_add(&buffer, 8, &p), RS_WRITE_OK);
    memset(p, 0xff, 8);
    buffer.n = 0;
    CU_ASSERT_EQUAL_FATAL(rs_byte_buffer_add(&buffer, 8, &p), RS_WRITE_OK);
    CU_ASSERT(memcmp(p, "\0\0\0\0\0\0\0\0", 8) == 0);
    rs_byte_buffer_clear(&buffer);
}

static void nothing_can_be_added(void)
{
    rs_byte_buffer buffer = {0};
    uint8_t *p = NULL;
    CU_ASSERT_EQUAL(rs_byte_buffer_add(&buffer, 0, &p), RS_WRITE_OK);
    CU_ASSERT_PTR_NOT_NULL(p);
    CU_ASSERT_EQUAL(buffer.n, 0);
    rs_byte_buffer_clear(&buffer);
}

static void size_is_limited(void)
{
    rs_byte_buffer buffer = {0};
    uint8_t *p = NULL;
    CU_ASSERT_EQUAL(rs_byte_buffer_add(&buffer, SIZE_MAX, &p), RS_WRITE_TOO_LARGE);
    CU_ASSERT_EQUAL(rs_byte_buffer_add(&buffer, RS_IMAGE_SIZE_MAX + 1, &p), RS_WRITE_TOO_LARGE);
    CU_ASSERT_EQUAL(rs_byte_buffer_add(&buffer, RS_IMAGE_SIZE_MAX - 1, &p), RS_WRITE_OK);
    CU_ASSERT_EQUAL(rs_byte_buffer_add(&buffer, 2, &p), RS_WRITE_TOO_LARGE);
    CU_ASSERT_EQUAL(buffer.n, RS_IMAGE_SIZE_MAX - 1);
    CU_ASSERT_EQUAL(rs_byte_buffer_add(&buffer, 1, &p), RS_WRITE_OK);
    CU_ASSERT_EQUAL(rs_byte_buffer_add(&buffer, 1, &p), RS_WRITE_TOO_LARGE);
    CU_ASSERT_EQUAL(rs_byte_buffer_add(&buffer, SIZE_MAX, &p), RS_WRITE_TOO_LARGE);
    rs_byte_buffer_clear(&buffer);
}

static void no_memory_leaves_the_buffer(void)
{
    rs_byte_buffer buffer = {0};
    uint8_t *p = NULL;
    CU_ASSERT_EQUAL(rs_byte_buffer_add(&buffer, 3, &p), RS_WRITE_OK);
    memcpy(p, "abc", 3);
    memory_fail_after(0);
    rs_write_status status = rs_byte_buffer_add(&buffer, 100000, &p);
    if (memory_fail_stop()) {
        CU_ASSERT_EQUAL(status, RS_WRITE_NO_MEMORY);
        CU_ASSERT(buffer.n == 3 && memcmp(buffer.p, "abc", 3) == 0);
    }
    rs_byte_buffer_clear(&buffer);
}

static CU_TestInfo tests[] = {
    {"add appends zeros", add_appends_zeros},
    {"add zeroes again", add_zeroes_again},
    {"nothing can be added", nothing_can_be_added},
    {"size is limited", size_is_limited},
    {"no memory leaves the buffer as it was", no_memory_leaves_the_buffer},
    CU_TEST_INFO_NULL,
};

RS_SUITE("byte_buffer", tests)
