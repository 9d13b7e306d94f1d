/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/suite.h"

#include "command/base/striped_sha256.h"
#include "tests/unit/digest.h"
#include "tests/unit/rows.h"

static const rs_striped_sha256_means all_means[] = {RS_STRIPED_SHA256_BEST,
                                                    RS_STRIPED_SHA256_OPENSSL};

/* By either means, in pieces of `piece` bytes. */
static void digest(rs_striped_sha256 *hash, rs_bytes data, size_t piece,
                   uint8_t digest[RS_SHA256_SIZE])
{
    rs_striped_sha256_begin(hash);
    while (data.n > piece) {
        rs_striped_sha256_update(hash, rs_bytes_make(data.p, piece));
        data = rs_bytes_skip(data, piece);
    }
    rs_striped_sha256_update(hash, data);
    CU_ASSERT_TRUE(rs_striped_sha256_final(hash, digest));
}

/* What the vectors are of. */
static rs_bytes message(size_t n)
{
    static uint8_t bytes[100000];
    for (size_t i = 0; i < n; i++)
        bytes[i] = (uint8_t)((i * i + 7 * i) % 251);
    return exact_copy(rs_bytes_make(bytes, n));
}

/* All from another program, which cuts the input by docs/survey-store.md. */
static void digest_of_vectors(void)
{
    static const struct {
        size_t size;
        const char *hex;
    } rows[] = {
        {0, "2dba5dbc339e7316aea2683faf839c1b7b1ee2313db792112588118df066aa35"},
        {1, "130439af4fe5c38561cb05e9edbc56fe008228fd2b0f9b8273bea2e7e4b62405"},
        {64, "0588cd73eebd46abf1ade9b27cec7277d6f964dcf8decc83aac86f7a81e0590e"},
        {65, "5c3032d9326a6c8dc5950611d066acf47c806f947d89aaba4c8ca7081555323b"},
        {128, "251c5ddbd22ef7566144382e45fa788cb5a973c2b992ce3718ae7049339b519b"},
        {129, "a97161af8b4b12c95b165db95e7e108f318879430ec28f4cef5763bfabcc293d"},
        {192, "a1de2f24caaa129b08201646a282c21fea05aaa676f5f54657dde0d3ba67eccd"},
        {100000, "073a4b7c79f031a72816b526ff3d8b74c89aa71d6f926d4a56a07e733d5ed22e"},
    };
    for (size_t m = 0; m < ROWS(all_means); m++) {
        rs_striped_sha256 *hash = rs_striped_sha256_new(all_means[m]);
        CU_ASSERT_PTR_NOT_NULL_FATAL(hash);
        for (size_t i = 0; i < ROWS(rows); i++) {
            uint8_t got[RS_SHA256_SIZE];
            rs_bytes bytes = message(rows[i].size);
            digest(hash, bytes, SIZE_MAX, got);
            CHECK_ROW(digest_is(got, rows[i].hex), rows[i].hex);
            exact_free(bytes);
        }
        rs_striped_sha256_free(hash);
    }
}

/* One digest over the digests of all lengths around three rows, also from another program. */
static void digest_of_every_length(void)
{
    static const size_t pieces[] = {SIZE_MAX, 1, 63, 64, 100, 128, 130};
    for (size_t m = 0; m < ROWS(all_means); m++) {
        rs_striped_sha256 *hash = rs_striped_sha256_new(all_means[m]);
        CU_ASSERT_PTR_NOT_NULL_FATAL(hash);
        for (size_t i = 0; i < ROWS(pieces); i++) {
            rs_sha256 all;
            uint8_t got[RS_SHA256_SIZE];
            rs_sha256_init(&all);
            for (size_t n = 0; n <= 400; n++) {
                rs_bytes bytes = message(n);
                digest(hash, bytes, pieces[i], got);
                rs_sha256_update(&all, rs_bytes_make(got, sizeof got));
                exact_free(bytes);
            }
            rs_sha256_final(&all, got);
            CU_ASSERT(digest_is(got,
                                "07d200d8d6bf7ae70a6fe40fe7193d6f763965b19c6c83ed53b44eb076f12c"
                                "17"));
        }
        rs_striped_sha256_free(hash);
    }
    rs_striped_sha256_free(NULL);
}

static void what_was_dropped_leaves_nothing(void)
{
    for (size_t m = 0; m < ROWS(all_means); m++) {
        rs_striped_sha256 *hash = rs_striped_sha256_new(all_means[m]);
        CU_ASSERT_PTR_NOT_NULL_FATAL(hash);
        uint8_t before[RS_SHA256_SIZE], after[RS_SHA256_SIZE];
        rs_bytes bytes = message(300);
        digest(hash, bytes, SIZE_MAX, before);
        rs_striped_sha256_begin(hash);
        rs_striped_sha256_update(hash, rs_bytes_make(bytes.p, 200));
        digest(hash, bytes, SIZE_MAX, after);
        CU_ASSERT_EQUAL(memcmp(before, after, sizeof before), 0);
        exact_free(bytes);
        rs_striped_sha256_free(hash);
    }
}

static CU_TestInfo tests[] = {
    {"digests of vectors", digest_of_vectors},
    {"digest of every length", digest_of_every_length},
    {"what was dropped leaves nothing", what_was_dropped_leaves_nothing},
    CU_TEST_INFO_NULL,
};

RS_SUITE("striped SHA-256", tests)
