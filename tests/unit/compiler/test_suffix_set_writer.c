/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/suffix_set_writer.h"

#include "lib/base/hash.h"
#include "lib/image/image.h"
#include "tests/unit/compiler/suffix_rules.h"
#include "tests/unit/failing_memory.h"
#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

static void entries_are_as_the_format_says(void)
{
    static const rule rules[] = {{"com", PERMIT}};
    made_set made = make(rules, 1);
    CU_ASSERT(made.bytes.n == 13 && memcmp(made.bytes.p, "\0\0\0\0\5\0\0\0\3\0com", 13) == 0);
    CU_ASSERT(made.set.mask == 0 && made.set.seed == 0 && made.set.root_rules == 0);
    made_set_clear(&made);
    static const rule deep[] = {{"a.com", EXCLUDE}};
    made = make(deep, 1);
    /* The parent first: length 3, rules, number; parent 0, rules 16, number 1. */
    CU_ASSERT(made.bytes.n == 8 + 7 + 4 && memcmp(made.bytes.p + 8,
                                                  "\xc3\0\x10\1com\x41\1\x0c"
                                                  "a",
                                                  11) == 0);
    CU_ASSERT_EQUAL(made.set.root_rules, RS_SUFFIX_EXCLUDE_UNDER);
    made_set_clear(&made);
}

/* Permitted ones alone count, with or without their own name; parents that have no rules do not. */
static void most_labels_of_a_permitted_suffix(void)
{
    static const rule none[] = {{"", RS_SUFFIX_PERMIT_BELOW}, {"a.b.c.d", EXCLUDE}};
    static const rule one[] = {{"com", PERMIT}, {"a.b.c.d", EXCLUDE}};
    static const rule three[] = {
        {"com", PERMIT}, {"b.c.d", RS_SUFFIX_PERMIT_BELOW}, {"x.y", PERMIT}};
    static const struct {
        const rule *rules;
        size_t count;
        uint8_t labels;
    } rows[] = {{NULL, 0, 0}, {none, 1, 0}, {none, 2, 0}, {one, 1, 1}, {one, 2, 1}, {three, 3, 3}};
    for (size_t i = 0; i < ROWS(rows); i++) {
        made_set made = make(rows[i].rules, rows[i].count);
        CU_ASSERT_EQUAL(made.set.labels, rows[i].labels);
        made_set_clear(&made);
    }
    rule deepest = {.rules = PERMIT};
    for (size_t i = 0; i < NAME_SIZE - 1; i++)
        deepest.suffix[i] = i % 2 == 0 ? 'a' : '.';
    made_set made = make(&deepest, 1);
    CU_ASSERT_EQUAL(made.set.labels, NAME_SIZE / 2);
    made_set_clear(&made);
}

static void rules_of_the_root_need_no_table(void)
{
    static const rule rules[] = {{"", RS_SUFFIX_PERMIT_BELOW}};
    made_set made = make(rules, 1);
    CU_ASSERT(made.bytes.n == 0 && made.set.root_rules == RS_SUFFIX_PERMIT_BELOW);
    CU_ASSERT(made.set.mask == 0 && made.set.seed == 0);
    made_set_clear(&made);
    made = make(NULL, 0);
    CU_ASSERT(made.bytes.n == 0 && made.set.root_rules == 0);
    made_set_clear(&made);
}

/* A name that falls into bucket 0 of `mask` for this seed; `*from` moves on. */
static void colliding_name(char suffix[NAME_SIZE], unsigned *from, uint32_t mask, uint32_t seed)
{
    do
        snprintf(suffix, NAME_SIZE, "c%u", (*from)++);
    while ((rs_suffix_hash(seed, 0, rs_bytes_of_string(suffix)) & mask) != 0);
}

/* Names that would crowd one bucket make the writer take another seed. */
static void crowded_buckets_are_avoided(void)
{
    enum { COUNT = RS_SUFFIX_BUCKET_MAX + 1 };
    static rule rules[COUNT];
    for (uint64_t key = 0; key < 3; key++) {
        static const rule one[] = {{"com", PERMIT}};
        unsigned from = 0;
        made_set made = make_with_key(key, one, 1);
        uint32_t seed = made.set.seed;
        made_set_clear(&made);
        for (size_t j = 0; j < COUNT; j++) {
            colliding_name(rules[j].suffix, &from, 7, seed);
            rules[j].rules = PERMIT;
        }
        made = make_with_key(key, rules, COUNT - 1);
        CU_ASSERT(made.set.mask == 7 && made.set.seed == seed);
        made_set_clear(&made);
        made = make_with_key(key, rules, COUNT);
        CU_ASSERT(made.set.mask == 7 && made.set.seed != seed);
        CU_ASSERT(rs_suffix_set_check(&made.set));
        for (size_t j = 0; j < COUNT; j++) {
            rs_host_name host = made_host(rules[j].suffix);
            CU_ASSERT(rs_suffix_set_match(&made.set, &host).permitted);
        }
        made_set_clear(&made);
    }
}

/* A crowd for each seed that one key makes: it fits that key alone. */
static void suffixes_cannot_be_chosen_without_the_key(void)
{
    enum {
        SEEDS = 64,
        CROWD = RS_SUFFIX_BUCKET_MAX + 1,
        COUNT = SEEDS * CROWD,
        MASK = 511,
        KEY = 5
    };
    static rule rules[COUNT];
    unsigned from = 0;
    for (unsigned i = 0; i < COUNT; i++) {
        uint32_t seed = (uint32_t)(rs_hash_fold(rs_hash_fold(KEY) ^ i / CROWD) >> 40);
        colliding_name(rules[i].suffix, &from, MASK, seed);
        rules[i].rules = PERMIT;
    }
    for (uint64_t key = 0; key <= KEY; key++) {
        rs_suffix_tree tree = {.key = key};
        rs_byte_buffer out = {0};
        rs_suffix_shape shape;
        build_tree(&tree, rules, COUNT);
        CU_ASSERT_EQUAL(rs_suffix_tree_finish(&tree), RS_WRITE_OK);
        CU_ASSERT_EQUAL(rs_suffix_set_write(&tree, &out, &shape),
                        key == KEY ? RS_WRITE_TOO_LARGE : RS_WRITE_OK);
        CU_ASSERT(key == KEY || shape.mask == MASK);
        rs_byte_buffer_clear(&out);
        rs_suffix_tree_clear(&tree);
    }
}

static void no_memory_is_told(void)
{
    static const rule rules[] = {{"a.com", PERMIT}, {"b.com", PERMIT}, {"c.net", PERMIT}};
    rs_suffix_tree tree = {0};
    build_tree(&tree, rules, ROWS(rules));
    CU_ASSERT_EQUAL(rs_suffix_tree_finish(&tree), RS_WRITE_OK);
    bool failed = true;
    for (long n = 0; failed && n < 20; n++) {
        rs_byte_buffer out = {0};
        rs_suffix_shape shape;
        memory_fail_after(n);
        rs_write_status status = rs_suffix_set_write(&tree, &out, &shape);
        failed = memory_fail_stop();
        CU_ASSERT_EQUAL(status, failed ? RS_WRITE_NO_MEMORY : RS_WRITE_OK);
        CU_ASSERT_EQUAL(out.n > 0, !failed);
        rs_byte_buffer_clear(&out);
    }
    CU_ASSERT_FALSE(failed);
    rs_suffix_tree_clear(&tree);
}

static void a_full_image_is_told(void)
{
    static const rule rules[] = {{"com", PERMIT}};
    rs_suffix_tree tree = {0};
    build_tree(&tree, rules, 1);
    CU_ASSERT_EQUAL(rs_suffix_tree_finish(&tree), RS_WRITE_OK);
    rs_byte_buffer out = {0};
    rs_suffix_shape shape;
    uint8_t *before;
    CU_ASSERT_EQUAL(rs_byte_buffer_add(&out, RS_IMAGE_SIZE_MAX - 13, &before), RS_WRITE_OK);
    CU_ASSERT_EQUAL(rs_suffix_set_write(&tree, &out, &shape), RS_WRITE_OK);
    CU_ASSERT_EQUAL(rs_suffix_set_write(&tree, &out, &shape), RS_WRITE_TOO_LARGE);
    rs_byte_buffer_clear(&out);
    rs_suffix_tree_clear(&tree);
}

static CU_TestInfo tests[] = {
    {"entries are as the format says", entries_are_as_the_format_says},
    {"most labels of a permitted suffix", most_labels_of_a_permitted_suffix},
    {"rules of the root need no table", rules_of_the_root_need_no_table},
    {"crowded buckets are avoided", crowded_buckets_are_avoided},
    {"suffixes cannot be chosen without the key", suffixes_cannot_be_chosen_without_the_key},
    {"no memory is told", no_memory_is_told},
    {"a full image is told", a_full_image_is_told},
    CU_TEST_INFO_NULL,
};

RS_SUITE("suffix_set_writer", tests)
