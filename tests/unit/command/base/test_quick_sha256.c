/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/suite.h"

#include "command/base/quick_sha256.h"

/* Against the other implementation, in one piece and in several; and once more with the same. */
static void digests_are_those_of_sha256(void)
{
    static uint8_t data[1000];
    rs_quick_sha256 *hash = rs_quick_sha256_new();
    CU_ASSERT_PTR_NOT_NULL_FATAL(hash);
    for (size_t n = 0; n <= sizeof data; n += 250) {
        uint8_t expected[RS_SHA256_SIZE], got[RS_SHA256_SIZE] = {0};
        rs_sha256_digest(rs_bytes_make(data, n), expected);
        rs_quick_sha256_begin(hash);
        rs_quick_sha256_update(hash, rs_bytes_make(data, n / 3));
        rs_quick_sha256_update(hash, rs_bytes_make(data + n / 3, n - n / 3));
        CU_ASSERT_TRUE(rs_quick_sha256_final(hash, got));
        CU_ASSERT_EQUAL(memcmp(got, expected, sizeof got), 0);
        /* What was begun and dropped leaves nothing. */
        rs_quick_sha256_begin(hash);
        rs_quick_sha256_update(hash, rs_bytes_make("x", 1));
    }
    rs_quick_sha256_free(hash);
    rs_quick_sha256_free(NULL);
}

static CU_TestInfo tests[] = {
    {"digests are those of SHA-256", digests_are_those_of_sha256},
    CU_TEST_INFO_NULL,
};

RS_SUITE("quick SHA-256", tests)
