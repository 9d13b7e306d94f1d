/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/set_pool.h"
#include "lib/image/image.h"
#include "tests/unit/failing_memory.h"
#include "tests/unit/suite.h"

/* A set of strings of these bytes, whatever they are. */
static rs_write_status add(rs_set_pool *pool, rs_set_record record, const char *bytes,
                           uint32_t *number)
{
    record.offset = (uint32_t)pool->bytes.n;
    size_t size = strlen(bytes);
    uint8_t *p;
    rs_write_status status = rs_byte_buffer_add(&pool->bytes, size, &p);
    if (status != RS_WRITE_OK)
        return status;
    if (size > 0)
        memcpy(p, bytes, size);
    return rs_set_pool_add(pool, record, number);
}

static void equal_sets_are_kept_once(void)
{
    static const struct {
        rs_set_record record;
        const char *bytes;
        uint32_t number;
    } rows[] = {
        {{.kind = RS_SET_STRINGS, .count = 1}, "abcde", 1},
        {{.kind = RS_SET_STRINGS, .count = 1}, "abcde", 1},
        {{.kind = RS_SET_STRINGS, .count = 1}, "abcdf", 2},
        {{.kind = RS_SET_STRINGS, .count = 2}, "abcde", 3},
        {{.kind = RS_SET_SUFFIXES, .count = 1}, "abcde", 4},
        {{.kind = RS_SET_SUFFIXES, .count = 1, .seed = 1}, "abcde", 5},
        {{.kind = RS_SET_SUFFIXES, .count = 1, .root_rules = 1}, "abcde", 6},
        {{.kind = RS_SET_SUFFIXES, .root_rules = 2}, "", 7},
        {{.kind = RS_SET_SUFFIXES, .root_rules = 2}, "", 7},
        {{.kind = RS_SET_SUFFIXES, .root_rules = 8}, "", 8},
        {{.kind = RS_SET_STRINGS, .count = 1}, "abcd", 9},
        {{.kind = RS_SET_SUFFIXES, .count = 1, .seed = 1}, "abcde", 5},
        {{.kind = RS_SET_STRINGS, .count = 1}, "abcde", 1},
    };
    rs_set_pool pool = {0};
    size_t size = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint32_t number = 0;
        CU_ASSERT_EQUAL(add(&pool, rows[i].record, rows[i].bytes, &number), RS_WRITE_OK);
        CU_ASSERT_EQUAL(number, rows[i].number);
        if (number == pool.count && pool.bytes.n > size)
            size = pool.bytes.n;
        CU_ASSERT_EQUAL(pool.bytes.n, size);
        CU_ASSERT_EQUAL(pool.bytes.n % RS_SET_ALIGNMENT, 0);
        CU_ASSERT_EQUAL_FATAL(pool.records[number - 1].size, strlen(rows[i].bytes));
        CU_ASSERT(memcmp(pool.bytes.p + pool.records[number - 1].offset, rows[i].bytes,
                         strlen(rows[i].bytes)) == 0);
    }
    CU_ASSERT_EQUAL(pool.count, 9);
    rs_set_pool_clear(&pool);
    CU_ASSERT(pool.count == 0 && pool.records == NULL && pool.index.slots == NULL);
}

static void root_rules_alone_come_first(void)
{
    rs_set_pool pool = {0};
    uint32_t number = 0;
    CU_ASSERT_EQUAL(
        add(&pool, (rs_set_record){.kind = RS_SET_SUFFIXES, .root_rules = 2}, "", &number),
        RS_WRITE_OK);
    CU_ASSERT_EQUAL(number, 1);
    rs_set_pool_clear(&pool);
}

static rs_write_status fill(rs_set_pool *pool, uint32_t count)
{
    rs_write_status status = RS_WRITE_OK;
    for (uint32_t i = 0; i < count && status == RS_WRITE_OK; i++) {
        char bytes[16];
        snprintf(bytes, sizeof bytes, "set %u", i);
        uint32_t number = 0;
        status = add(pool, (rs_set_record){.kind = RS_SET_STRINGS, .count = 1}, bytes, &number);
        if (status == RS_WRITE_OK && number != i + 1)
            abort();
    }
    return status;
}

static void many_sets_are_found_again(void)
{
    rs_set_pool pool = {0};
    CU_ASSERT_EQUAL(fill(&pool, 3000), RS_WRITE_OK);
    CU_ASSERT_EQUAL(fill(&pool, 3000), RS_WRITE_OK);
    CU_ASSERT_EQUAL(pool.count, 3000);
    rs_set_pool_clear(&pool);
}

static void no_memory_is_told(void)
{
    bool failed = true;
    for (long n = 0; failed && n < 50; n++) {
        rs_set_pool pool = {0};
        memory_fail_after(n);
        rs_write_status status = fill(&pool, 70);
        failed = memory_fail_stop();
        CU_ASSERT_EQUAL(status, failed ? RS_WRITE_NO_MEMORY : RS_WRITE_OK);
        rs_set_pool_clear(&pool);
    }
    CU_ASSERT_FALSE(failed);
}

static void a_full_image_is_told(void)
{
    rs_set_pool pool = {0};
    uint8_t *before;
    CU_ASSERT_EQUAL(rs_byte_buffer_add(&pool.bytes, RS_IMAGE_SIZE_MAX - 8, &before), RS_WRITE_OK);
    uint32_t number = 0;
    rs_set_record record = {.kind = RS_SET_STRINGS, .count = 1};
    CU_ASSERT_EQUAL(add(&pool, record, "abcde", &number), RS_WRITE_OK);
    CU_ASSERT_EQUAL(add(&pool, record, "abcdf", &number), RS_WRITE_TOO_LARGE);
    rs_set_pool_clear(&pool);
}

static CU_TestInfo tests[] = {
    {"equal sets are kept once", equal_sets_are_kept_once},
    {"root rules alone come first", root_rules_alone_come_first},
    {"many sets are found again", many_sets_are_found_again},
    {"no memory is told", no_memory_is_told},
    {"a full image is told", a_full_image_is_told},
    CU_TEST_INFO_NULL,
};

RS_SUITE("set_pool", tests)
