/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/hash.h"
#include "tests/unit/suite.h"

/* The format of the compiled list depends on these values: they may not change. */
static void hash_is_what_the_format_says(void)
{
    static const struct {
        uint64_t start;
        const char *text;
        uint64_t hash;
        uint32_t finished;
    } cases[] = {
        {0, "", UINT64_C(0x0000000000000000), 0x00000000},
        {0, "a", UINT64_C(0x423818b7226d8233), 0xb03934cc},
        {1, "ab", UINT64_C(0x3d2f403d3dab1d8b), 0x6fc5b276},
        {0, "com", UINT64_C(0xdb287413fa5cba9f), 0x04e69632},
        {256, "test", UINT64_C(0x1ca9ed0258f98fa2), 0x6e9978c1},
        {256, "example", UINT64_C(0x7069572f96aa0601), 0x344ae9ba},
        {256, "examples", UINT64_C(0x9090f6fd38d21b2c), 0x750b014e},
        {256, "example-s", UINT64_C(0xc7cd910f9f5aa30b), 0x759f8480},
        {UINT64_C(1) << 40, "abcdefghijklmnopqrstuvwxyz", UINT64_C(0x49e7c93c15702e89), 0x60fcd7d4},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint64_t hash = rs_hash_bytes(cases[i].start, rs_bytes_of_string(cases[i].text));
        CU_ASSERT_EQUAL(hash, cases[i].hash);
        CU_ASSERT_EQUAL(rs_hash_finish(hash), cases[i].finished);
    }
}

static void step_changes_with_either_argument(void)
{
    for (unsigned bit = 0; bit < 64; bit++) {
        uint64_t changed = UINT64_C(1) << bit;
        CU_ASSERT_NOT_EQUAL(rs_hash_step(7, 9), rs_hash_step(7, 9 ^ changed));
        CU_ASSERT_NOT_EQUAL(rs_hash_step(7, 9), rs_hash_step(7 ^ changed, 9));
    }
}

/* Each byte of a label, its length and what it starts from all reach the low bits. */
static void finished_hash_spreads(void)
{
    enum { BUCKETS = 256, NAMES = 16 * BUCKETS };
    for (size_t length = 1; length <= 20; length++) {
        for (size_t varied = 0; varied < length; varied++) {
            unsigned counts[16] = {0};
            for (unsigned c = 0; c < 256; c++) {
                uint8_t label[20];
                memset(label, 'x', sizeof label);
                label[varied] = (uint8_t)c;
                counts[rs_hash_finish(rs_hash_bytes(256, rs_bytes_make(label, length))) & 15]++;
            }
            for (unsigned i = 0; i < 16; i++)
                CU_ASSERT(counts[i] > 0 && counts[i] < 48);
        }
    }
    unsigned counts[BUCKETS] = {0};
    for (uint64_t parent = 0; parent < NAMES; parent++)
        counts[rs_hash_finish(rs_hash_bytes(parent << 8, rs_bytes_of_string("www"))) & 255]++;
    for (unsigned i = 0; i < BUCKETS; i++)
        CU_ASSERT(counts[i] > 0 && counts[i] < 48);
}

static void short_words_differ(void)
{
    CU_ASSERT_EQUAL(rs_hash_short_word(rs_bytes_make(NULL, 0)), 0);
    CU_ASSERT_EQUAL(rs_hash_short_word(rs_bytes_of_string("a")), 0x616161);
    CU_ASSERT_EQUAL(rs_hash_short_word(rs_bytes_of_string("ab")), 0x626261);
    CU_ASSERT_EQUAL(rs_hash_short_word(rs_bytes_of_string("abc")), 0x636261);
    CU_ASSERT_EQUAL(rs_hash_short_word(rs_bytes_of_string("abcd")), UINT64_C(0x6463626164636261));
    CU_ASSERT_EQUAL(rs_hash_short_word(rs_bytes_of_string("abcdefg")),
                    UINT64_C(0x6766656464636261));
}

static CU_TestInfo tests[] = {
    {"hash is what the format says", hash_is_what_the_format_says},
    {"step changes with either argument", step_changes_with_either_argument},
    {"finished hash spreads", finished_hash_spreads},
    {"short words differ", short_words_differ},
    CU_TEST_INFO_NULL,
};

RS_SUITE("hash", tests)
