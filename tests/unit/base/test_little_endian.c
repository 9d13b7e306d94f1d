/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/little_endian.h"
#include "tests/unit/suite.h"

static void numbers_are_little_endian_at_any_address(void)
{
    uint8_t bytes[16];
    for (size_t at = 0; at < 8; at++) {
        memset(bytes, 0xaa, sizeof bytes);
        rs_le32_put(bytes + at, 0x87654321);
        CU_ASSERT(memcmp(bytes + at, "\x21\x43\x65\x87\xaa", 5) == 0);
        CU_ASSERT_EQUAL(rs_le32_get(bytes + at), 0x87654321);
        rs_le64_put(bytes + at, UINT64_C(0xfedcba9876543210));
        CU_ASSERT(memcmp(bytes + at, "\x10\x32\x54\x76\x98\xba\xdc\xfe", 8) == 0);
        CU_ASSERT_EQUAL(rs_le64_get(bytes + at), UINT64_C(0xfedcba9876543210));
    }
}

static CU_TestInfo tests[] = {
    {"numbers are little-endian at any address", numbers_are_little_endian_at_any_address},
    CU_TEST_INFO_NULL,
};

RS_SUITE("little_endian", tests)
