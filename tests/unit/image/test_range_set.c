/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/image/range_set.h"
#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

static rs_ip_address address4(uint32_t value)
{
    rs_ip_address address = {.length = 4};
    for (unsigned i = 0; i < 4; i++)
        address.octets[i] = (uint8_t)(value >> (24 - 8 * i));
    return address;
}

static void has_finds_borders(void)
{
    /* 10.0.0.0 to 10.255.255.255, one address, and the end of the space. */
    static const uint8_t ranges[] = {10,  0, 0, 0, 10,  255, 255, 255, 192, 0,   2,   1,
                                     192, 0, 2, 1, 255, 255, 0,   0,   255, 255, 255, 255};
    static const struct {
        uint32_t address;
        uint32_t count; /* from how many ranges on it is in the set */
    } rows[] = {
        {0, 9},          {0x09ffffff, 9}, {0x0a000000, 1}, {0x0a800001, 1},
        {0x0affffff, 1}, {0x0b000000, 9}, {0xc0000200, 9}, {0xc0000201, 2},
        {0xc0000202, 9}, {0xfffeffff, 9}, {0xffff0000, 3}, {0xffffffff, 3},
    };
    for (uint32_t count = 0; count <= 3; count++) {
        rs_range_set set = {.ranges = ranges, .count = count, .width = 4};
        CU_ASSERT(rs_range_set_check(&set));
        for (size_t i = 0; i < ROWS(rows); i++) {
            rs_ip_address address = address4(rows[i].address);
            CU_ASSERT_EQUAL(rs_range_set_has(&set, &address), count >= rows[i].count);
        }
    }
    rs_ip_address address = address4(0);
    CU_ASSERT_FALSE(rs_range_set_has(&(rs_range_set){0}, &address));
    CU_ASSERT(rs_range_set_check(&(rs_range_set){0}));
}

static void has_compares_all_octets(void)
{
    uint8_t range[32] = {0x20, 1, 0xd, 0xb8, [15] = 5, [16] = 0x20, 1, 0xd, 0xb8, [31] = 9};
    rs_range_set set = {.ranges = range, .count = 1, .width = 16};
    CU_ASSERT(rs_range_set_check(&set));
    rs_ip_address address = {.octets = {0x20, 1, 0xd, 0xb8}, .length = 16};
    for (uint8_t last = 0; last < 20; last++) {
        address.octets[15] = last;
        CU_ASSERT_EQUAL(rs_range_set_has(&set, &address), last >= 5 && last <= 9);
    }
    address.octets[15] = 7;
    address.octets[14] = 1;
    CU_ASSERT_FALSE(rs_range_set_has(&set, &address));
}

static void check_wants_order_and_distance(void)
{
    static const struct {
        const char *name;
        uint8_t ranges[16];
        bool good;
    } rows[] = {
        {"apart", {1, 0, 0, 0, 1, 0, 0, 5, 1, 0, 0, 7, 1, 0, 0, 9}, true},
        {"touching", {1, 0, 0, 0, 1, 0, 0, 5, 1, 0, 0, 6, 1, 0, 0, 9}, false},
        {"touching over an octet", {1, 0, 0, 0, 1, 0, 0, 255, 1, 0, 1, 0, 1, 0, 1, 9}, false},
        {"touching over all", {1, 0, 0, 0, 1, 255, 255, 255, 2, 0, 0, 0, 2, 0, 1, 9}, false},
        {"apart by an octet", {1, 0, 0, 0, 1, 0, 0, 255, 1, 0, 2, 0, 1, 0, 2, 9}, true},
        {"apart, octet before", {1, 0, 0, 0, 1, 0, 0, 255, 2, 0, 1, 0, 2, 0, 1, 9}, true},
        {"meeting", {1, 0, 0, 0, 1, 0, 0, 5, 1, 0, 0, 5, 1, 0, 0, 9}, false},
        {"falling", {1, 0, 0, 7, 1, 0, 0, 9, 1, 0, 0, 0, 1, 0, 0, 5}, false},
        {"first reversed", {1, 0, 0, 6, 1, 0, 0, 5, 1, 0, 0, 7, 1, 0, 0, 9}, false},
        {"second reversed", {1, 0, 0, 0, 1, 0, 0, 5, 1, 0, 0, 9, 1, 0, 0, 8}, false},
        {"last address", {1, 0, 0, 0, 1, 0, 0, 5, 255, 255, 255, 255, 255, 255, 255, 255}, true},
        {"end, then start", {0, 0, 0, 1, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0}, false},
        {"zeros", {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 2}, true},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_range_set set = {.ranges = rows[i].ranges, .count = 2, .width = 4};
        CHECK_ROW(rs_range_set_check(&set) == rows[i].good, rows[i].name);
    }
}

static void check_wants_a_family(void)
{
    uint8_t zeros[64] = {0};
    for (unsigned width = 0; width <= 32; width++) {
        rs_range_set set = {.ranges = zeros, .count = 1, .width = (uint8_t)width};
        CU_ASSERT_EQUAL(rs_range_set_check(&set), width == 4 || width == 16);
    }
}

static CU_TestInfo tests[] = {
    {"has finds borders", has_finds_borders},
    {"has compares all octets", has_compares_all_octets},
    {"check wants order and distance", check_wants_order_and_distance},
    {"check wants a family", check_wants_a_family},
    CU_TEST_INFO_NULL,
};

RS_SUITE("range_set", tests)
