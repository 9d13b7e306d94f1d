/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/range_set_writer.h"
#include "lib/image/image.h"
#include "tests/unit/failing_memory.h"
#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

enum { RANGES_MAX = 5 };

/* Ranges of 10.0.x.y, each given as first and last 16 bits; {0, 0} ends. */
typedef struct range {
    uint16_t first, last;
} range;

static const struct {
    const char *name;
    range given[RANGES_MAX], written[RANGES_MAX];
} rows[] = {
    {"one", {{1, 5}}, {{1, 5}}},
    {"apart", {{1, 5}, {7, 9}}, {{1, 5}, {7, 9}}},
    {"apart, unsorted", {{7, 9}, {1, 5}}, {{1, 5}, {7, 9}}},
    {"touching", {{1, 5}, {6, 9}}, {{1, 9}}},
    {"touching, unsorted", {{6, 9}, {1, 5}}, {{1, 9}}},
    {"touching over an octet", {{1, 255}, {256, 300}}, {{1, 300}}},
    {"apart over an octet", {{1, 255}, {257, 300}}, {{1, 255}, {257, 300}}},
    {"meeting", {{1, 5}, {5, 9}}, {{1, 9}}},
    {"overlapping", {{1, 7}, {5, 9}}, {{1, 9}}},
    {"within", {{1, 9}, {5, 6}}, {{1, 9}}},
    {"within, same start", {{1, 9}, {1, 3}}, {{1, 9}}},
    {"twice", {{1, 9}, {1, 9}}, {{1, 9}}},
    {"bridged", {{1, 2}, {8, 9}, {3, 7}}, {{1, 9}}},
    {"short in long, then on", {{1, 100}, {5, 6}, {50, 200}, {202, 203}}, {{1, 200}, {202, 203}}},
    {"single addresses", {{3, 3}, {1, 1}, {2, 2}, {5, 5}}, {{1, 3}, {5, 5}}},
};

static void put(uint8_t octets[16], size_t width, uint16_t value)
{
    octets[0] = 10;
    octets[width - 2] = (uint8_t)(value >> 8);
    octets[width - 1] = (uint8_t)value;
}

static size_t fill(const range *given, size_t width, rs_address_range *ranges)
{
    size_t count = 0;
    for (; count < RANGES_MAX && given[count].last != 0; count++) {
        ranges[count] = (rs_address_range){{0}, {0}};
        put(ranges[count].first, width, given[count].first);
        put(ranges[count].last, width, given[count].last);
    }
    return count;
}

static void write_joins_ranges(void)
{
    for (size_t i = 0; i < 2 * ROWS(rows); i++) {
        size_t width = i % 2 == 0 ? 4 : 16;
        rs_address_range ranges[RANGES_MAX], expected[RANGES_MAX];
        size_t count = fill(rows[i / 2].given, width, ranges);
        size_t expected_count = fill(rows[i / 2].written, width, expected);
        rs_byte_buffer out = {0};
        uint32_t written = 0;
        CU_ASSERT_EQUAL(rs_range_set_write(ranges, count, width, &out, &written), RS_WRITE_OK);
        CHECK_ROW(written == expected_count, rows[i / 2].name);
        CHECK_ROW(out.n == 2 * width * written, rows[i / 2].name);
        for (size_t j = 0; j < written && j < expected_count; j++) {
            const uint8_t *p = out.p + 2 * width * j;
            CHECK_ROW(memcmp(p, expected[j].first, width) == 0, rows[i / 2].name);
            CHECK_ROW(memcmp(p + width, expected[j].last, width) == 0, rows[i / 2].name);
        }
        rs_range_set set = {out.p, written, (uint8_t)width};
        CHECK_ROW(rs_range_set_check(&set), rows[i / 2].name);
        rs_byte_buffer_clear(&out);
    }
}

/* After the last address there is none, and not the first one. */
static void last_address_ends_a_range(void)
{
    rs_address_range ranges[] = {
        {{255, 0, 0, 0}, {255, 255, 255, 255}},
        {{255, 255, 255, 255}, {255, 255, 255, 255}},
        {{0, 0, 0, 0}, {0, 0, 0, 0}},
    };
    rs_byte_buffer out = {0};
    uint32_t written = 0;
    CU_ASSERT_EQUAL(rs_range_set_write(ranges, 3, 4, &out, &written), RS_WRITE_OK);
    CU_ASSERT_EQUAL(written, 2);
    CU_ASSERT(out.n == 16 && memcmp(out.p, "\0\0\0\0\0\0\0\0\xff\0\0\0\xff\xff\xff\xff", 16) == 0);
    rs_byte_buffer_clear(&out);
}

static void write_does_not_exceed_an_image(void)
{
    enum { COUNT = RS_IMAGE_SIZE_MAX / 32 + 1 };
    rs_address_range *ranges = calloc(COUNT, sizeof *ranges);
    CU_ASSERT_PTR_NOT_NULL_FATAL(ranges);
    for (size_t i = 0; i < COUNT; i++) {
        /* Every other address. */
        for (unsigned j = 0; j < 4; j++)
            ranges[i].first[15 - j] = ranges[i].last[15 - j] = (uint8_t)(2 * i >> 8 * j);
    }
    rs_byte_buffer out = {0};
    uint32_t written = 0;
    CU_ASSERT_EQUAL(rs_range_set_write(ranges, COUNT, 16, &out, &written), RS_WRITE_TOO_LARGE);
    CU_ASSERT_EQUAL(out.n, 0);
    free(ranges);
    rs_byte_buffer_clear(&out);
}

static void no_memory_is_told(void)
{
    rs_address_range ranges[] = {{{2}, {2}}, {{1}, {1}}};
    rs_byte_buffer out = {0};
    uint32_t written = 0;
    for (long n = 0; n < 2; n++) {
        memory_fail_after(n);
        rs_write_status status = rs_range_set_write(ranges, 2, 4, &out, &written);
        bool failed = memory_fail_stop();
        CU_ASSERT(status == RS_WRITE_OK || (failed && status == RS_WRITE_NO_MEMORY));
        CU_ASSERT(status == RS_WRITE_OK ? written == 2 : out.n == 0);
        rs_byte_buffer_clear(&out);
    }
}

static CU_TestInfo tests[] = {
    {"write joins ranges", write_joins_ranges},
    {"the last address ends a range", last_address_ends_a_range},
    {"write does not exceed an image", write_does_not_exceed_an_image},
    {"no memory is told", no_memory_is_told},
    CU_TEST_INFO_NULL,
};

RS_SUITE("range_set_writer", tests)
