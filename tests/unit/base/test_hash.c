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
        {0, "", UINT64_C(0x7c036b2ef04b0082), 0x8a58021e},
        {0, "a", UINT64_C(0xe3451d2f8fd0114a), 0xcf54b1c2},
        {1, "ab", UINT64_C(0xd8bb0ac1c68cafed), 0xaace1547},
        {0, "com", UINT64_C(0x65ce907fd3354eb1), 0x9068cb25},
        {256, "test", UINT64_C(0xce01515e332b87f2), 0xe8d7506b},
        {256, "example", UINT64_C(0x2db380bf754ac8ec), 0xd3550c5c},
        {256, "examples", UINT64_C(0xf2d5f0a168d8e691), 0x7ea6fce4},
        {256, "example-s", UINT64_C(0x51be7d8f3db5fd39), 0x86e9bd0f},
        {UINT64_C(1) << 40, "abcdefghijklmnopqrstuvwxyz", UINT64_C(0xca9c492caf390aa8), 0x3475b3b8},
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
