/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/suite.h"

#include "command/survey/input/format/issuer_ids.h"

enum { SIZE = 100, WAYS = RS_ISSUER_IDS_WAYS, MANY = 4 * WAYS * RS_ISSUER_IDS_SETS };

static rs_issuer_ids ids;

static rs_bytes made(uint8_t bytes[SIZE], size_t first, size_t last)
{
    memset(bytes, 7, SIZE);
    memcpy(bytes, &first, sizeof first);
    memcpy(bytes + SIZE - sizeof last, &last, sizeof last);
    return rs_bytes_make(bytes, SIZE);
}

static void same_bytes_have_one_number(void)
{
    uint8_t one[SIZE], same[SIZE];
    bool is_new;
    uint64_t id = rs_issuer_ids_find(&ids, made(one, 1, 2), &is_new);
    CU_ASSERT_TRUE(is_new);
    CU_ASSERT_EQUAL(rs_issuer_ids_find(&ids, made(same, 1, 2), &is_new), id);
    CU_ASSERT_FALSE(is_new);
    rs_issuer_ids_clear(&ids);
}

/* Those that end alike have the same place, and are no more the same for it. */
static void other_bytes_have_another_number(void)
{
    uint8_t one[SIZE], other[SIZE];
    bool is_new;
    uint64_t id = rs_issuer_ids_find(&ids, made(one, 1, 2), &is_new);
    CU_ASSERT_NOT_EQUAL(rs_issuer_ids_find(&ids, made(other, 3, 2), &is_new), id);
    CU_ASSERT_TRUE(is_new);
    CU_ASSERT_NOT_EQUAL(rs_issuer_ids_find(&ids, rs_bytes_make(one + SIZE / 2, SIZE / 2), &is_new),
                        id);
    CU_ASSERT_TRUE(is_new);
    rs_issuer_ids_clear(&ids);
}

/* They have the same place; the first of them goes when there is one too many. */
static void several_that_end_alike_are_remembered(void)
{
    uint8_t bytes[SIZE];
    uint64_t numbers[WAYS];
    bool is_new;
    for (size_t i = 0; i < WAYS; i++)
        numbers[i] = rs_issuer_ids_find(&ids, made(bytes, i, 2), &is_new);
    for (size_t i = 0; i < WAYS; i++)
        CU_ASSERT_EQUAL(rs_issuer_ids_find(&ids, made(bytes, i, 2), &is_new), numbers[i]);
    rs_issuer_ids_find(&ids, made(bytes, WAYS, 2), &is_new);
    for (size_t i = 1; i < WAYS; i++)
        CU_ASSERT_EQUAL(rs_issuer_ids_find(&ids, made(bytes, i, 2), &is_new), numbers[i]);
    CU_ASSERT_NOT_EQUAL(rs_issuer_ids_find(&ids, made(bytes, 0, 2), &is_new), numbers[0]);
    rs_issuer_ids_clear(&ids);
}

/* What was forgotten gets a number that nothing had. */
static void numbers_are_not_used_again(void)
{
    static uint8_t large[RS_ISSUER_IDS_SIZE + 1];
    uint8_t bytes[SIZE];
    bool is_new;
    uint64_t last = 0;
    for (size_t i = 0; i < MANY; i++) {
        uint64_t id = rs_issuer_ids_find(&ids, made(bytes, i, i), &is_new);
        CU_ASSERT_TRUE(is_new && id > last);
        last = id;
    }
    for (size_t i = 0; i < 2; i++) {
        uint64_t id = rs_issuer_ids_find(&ids, rs_bytes_make(large, sizeof large), &is_new);
        CU_ASSERT_TRUE(is_new && id > last);
        last = id;
    }
    rs_issuer_ids_clear(&ids);
    CU_ASSERT_TRUE(rs_issuer_ids_find(&ids, made(bytes, 0, 0), &is_new) > last);
    rs_issuer_ids_clear(&ids);
}

static bool has_sha256(rs_bytes certificate)
{
    uint8_t got[RS_SHA256_SIZE], wanted[RS_SHA256_SIZE];
    rs_sha256_digest(certificate, wanted);
    rs_issuer_ids_sha256(&ids, certificate, got);
    return memcmp(got, wanted, sizeof got) == 0;
}

/* Asked for once and again, numbered before or not, remembered or not, in the place of another. */
static void digests_are_of_the_bytes(void)
{
    static uint8_t large[RS_ISSUER_IDS_SIZE + 1];
    uint8_t bytes[SIZE];
    bool is_new;
    rs_issuer_ids_find(&ids, made(bytes, 0, 2), &is_new);
    for (size_t round = 0; round < 2; round++) {
        for (size_t i = 0; i < 3 * WAYS; i++)
            CU_ASSERT_TRUE(has_sha256(made(bytes, i, 2)) && has_sha256(made(bytes, i, 2)));
        CU_ASSERT_TRUE(has_sha256(rs_bytes_make(large, sizeof large)));
        CU_ASSERT_TRUE(has_sha256(rs_bytes_make(large, 0)));
    }
    rs_issuer_ids_find(&ids, made(bytes, 3 * WAYS - 1, 2), &is_new);
    CU_ASSERT_FALSE(is_new);
    rs_issuer_ids_clear(&ids);
}

static CU_TestInfo tests[] = {
    {"same bytes have one number", same_bytes_have_one_number},
    {"other bytes have another number", other_bytes_have_another_number},
    {"several that end alike are remembered", several_that_end_alike_are_remembered},
    {"numbers are not used again", numbers_are_not_used_again},
    {"digests_are_of_the_bytes", digests_are_of_the_bytes},
    CU_TEST_INFO_NULL,
};

RS_SUITE("survey issuer ids", tests)
