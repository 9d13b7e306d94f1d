/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/little_endian.h"
#include "lib/compiler/suffix_walk.h"
#include "tests/unit/failing_memory.h"
#include "tests/unit/made_set.h"
#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

enum { RULES_MAX = 10 };

typedef struct rule {
    const char *suffix;
    uint8_t rules;
} rule;

static made_set make(const rule *rules, size_t count)
{
    rs_suffix_tree tree = {0};
    for (size_t i = 0; i < count && rules[i].suffix != NULL; i++)
        if (rs_suffix_tree_add(&tree, rs_bytes_of_string(rules[i].suffix), rules[i].rules) !=
            RS_WRITE_OK)
            abort();
    made_set made = made_set_from_tree(&tree);
    rs_suffix_tree_clear(&tree);
    return made;
}

/* Rules as they are given, and as they come back. */
static const struct {
    rule given[RULES_MAX], expected[RULES_MAX];
} walks[] = {
    {{{NULL, 0}}, {{NULL, 0}}},
    {{{"", RS_SUFFIX_PERMIT_BELOW}}, {{"", RS_SUFFIX_PERMIT_BELOW}}},
    {{{"", RS_SUFFIX_EXCLUDE_BELOW}}, {{"", RS_SUFFIX_EXCLUDE_BELOW}}},
    {{{"com", PERMIT}}, {{"com", PERMIT}}},
    {{{"a.b.c", PERMIT}}, {{"a.b.c", PERMIT}}},
    {{{"a.b.c", RS_SUFFIX_PERMIT_SELF}}, {{"a.b.c", RS_SUFFIX_PERMIT_SELF}}},
    {{{"a.b.c", RS_SUFFIX_PERMIT_BELOW}}, {{"a.b.c", RS_SUFFIX_PERMIT_BELOW}}},
    {{{"a.b.c", RS_SUFFIX_EXCLUDE_SELF}}, {{"a.b.c", RS_SUFFIX_EXCLUDE_SELF}}},
    /* What stands above an exclusion has no rule of its own. */
    {{{"a.b.c", EXCLUDE}}, {{"a.b.c", EXCLUDE}}},
    {{{"c", PERMIT}, {"a.b.c", EXCLUDE}}, {{"c", PERMIT}, {"a.b.c", EXCLUDE}}},
    {{{"a.c", PERMIT}, {"a.c", EXCLUDE}}, {{"a.c", PERMIT | EXCLUDE}}},
    /* From the right, label by label, what is above first. */
    {{{"b.example", PERMIT},
      {"a-b.example", PERMIT},
      {"a.example", PERMIT},
      {"z.a.example", PERMIT},
      {"example", PERMIT},
      {"com", PERMIT},
      {"xexample", PERMIT},
      {"", RS_SUFFIX_PERMIT_BELOW}},
     {{"", RS_SUFFIX_PERMIT_BELOW},
      {"example", PERMIT},
      {"a.example", PERMIT},
      {"z.a.example", PERMIT},
      {"b.example", PERMIT},
      {"a-b.example", PERMIT},
      {"xexample", PERMIT},
      {"com", PERMIT}}},
};

static void names_come_back_in_order(void)
{
    for (size_t i = 0; i < ROWS(walks); i++) {
        made_set made = make(walks[i].given, RULES_MAX);
        rs_arena arena = {0};
        rs_suffix_node *nodes;
        size_t count;
        char row[64];
        CU_ASSERT_TRUE_FATAL(rs_suffix_walk(&made.set, &arena, &nodes, &count));
        const rule *expected = walks[i].expected;
        for (size_t k = 0; k < count; k++, expected++) {
            snprintf(row, sizeof row, "row %zu, node %zu: %.*s", i, k, (int)nodes[k].name.n,
                     nodes[k].name.n > 0 ? (const char *)nodes[k].name.p : "");
            CHECK_ROW(expected->suffix != NULL &&
                          rs_bytes_equal(nodes[k].name, rs_bytes_of_string(expected->suffix)),
                      row);
            CHECK_ROW(nodes[k].rules == expected->rules, row);
        }
        CHECK_ROW(expected->suffix == NULL, row);
        rs_arena_clear(&arena);
        made_set_clear(&made);
    }
}

/* Names of three labels under a few top-level ones: many children, many buckets. */
static void a_large_set_comes_back(void)
{
    enum { COUNT = 5000 };
    static char names[COUNT][40];
    static rule rules[COUNT];
    for (unsigned i = 0; i < COUNT; i++) {
        snprintf(names[i], sizeof names[i], "n%u.zone-%u.t%u", i, i % 97, i % 5);
        rules[i] = (rule){names[i], i % 3 == 0 ? EXCLUDE : PERMIT};
    }
    made_set made = make(rules, COUNT);
    rs_arena arena = {0};
    rs_suffix_node *nodes;
    size_t count, found = 0;
    CU_ASSERT_TRUE_FATAL(rs_suffix_walk(&made.set, &arena, &nodes, &count));
    CU_ASSERT_EQUAL_FATAL(count, COUNT);
    for (size_t k = 0; k < count; k++) {
        char name[40];
        snprintf(name, sizeof name, "%.*s", (int)nodes[k].name.n, (const char *)nodes[k].name.p);
        unsigned long index = strtoul(name + 1, NULL, 10);
        found += index < COUNT && strcmp(name, names[index]) == 0 &&
                 nodes[k].rules == rules[index].rules;
        if (k > 0)
            found -= rs_suffix_order(nodes[k - 1].name, nodes[k].name) >= 0;
    }
    CU_ASSERT_EQUAL(found, COUNT);
    rs_arena_clear(&arena);
    made_set_clear(&made);
}

static void orders_by_labels_from_the_right(void)
{
    static const char *const ascending[] = {"", "a", "b.a", "z.b.a", "c.a", "b-a", "ba", "b"};
    for (size_t i = 0; i < ROWS(ascending); i++)
        for (size_t k = 0; k < ROWS(ascending); k++) {
            int order =
                rs_suffix_order(rs_bytes_of_string(ascending[i]), rs_bytes_of_string(ascending[k]));
            CHECK_ROW(order == (i > k) - (i < k), ascending[i]);
        }
}

/* A set of one bucket whose entries are what a test says. */
static bool walk_entries(const char *entries, size_t size)
{
    uint8_t buckets[8] = {0};
    rs_le32_put(buckets + 4, (uint32_t)size);
    rs_bytes copy = exact_copy(rs_bytes_make(entries, size));
    rs_suffix_set set = {.buckets = buckets, .entries = copy.p};
    rs_arena arena = {0};
    rs_suffix_node *nodes;
    size_t count;
    bool walked = rs_suffix_walk(&set, &arena, &nodes, &count);
    rs_arena_clear(&arena);
    exact_free(copy);
    return walked;
}

#define WALK_ENTRIES(text) walk_entries(text, sizeof(text) - 1)

/* Entries: label length and flags (0x40 rules, 0x80 number), parent, rules, number, label. */
static void what_is_no_tree_is_refused(void)
{
    CU_ASSERT_TRUE(WALK_ENTRIES("\x01\x00"
                                "a"));
    CU_ASSERT_TRUE(WALK_ENTRIES("\x81\x00\x01"
                                "a"
                                "\x01\x01"
                                "b"));
    CU_ASSERT_TRUE(WALK_ENTRIES("\x81\x00\x02"
                                "a"
                                "\x81\x02\x01"
                                "b"));
    /* Parents that do not exist: over all numbers, and among them. */
    CU_ASSERT_FALSE(WALK_ENTRIES("\x01\x01"
                                 "a"));
    CU_ASSERT_FALSE(WALK_ENTRIES("\x01\x02"
                                 "a"));
    CU_ASSERT_FALSE(WALK_ENTRIES("\x01\xff\xff\x7f"
                                 "a"));
    /* A number that no entry can have. */
    CU_ASSERT_FALSE(WALK_ENTRIES("\x81\x00\x02"
                                 "a"));
    CU_ASSERT_FALSE(WALK_ENTRIES("\x81\x00\xff\xff\x7f"
                                 "a"));
    /* An entry that is above itself, and two above each other. */
    CU_ASSERT_FALSE(WALK_ENTRIES("\x81\x01\x01"
                                 "a"));
    CU_ASSERT_FALSE(WALK_ENTRIES("\x81\x02\x01"
                                 "a"
                                 "\x81\x01\x02"
                                 "b"));
    /* What it has no rule for need not have a name. */
    CU_ASSERT_TRUE(WALK_ENTRIES("\xc1\x01\x00\x01"
                                "a"));
}

/* Three labels of 63 bytes, one above the other, and one of `size` below: 192 + size bytes. */
static bool walk_long_name(size_t size)
{
    char entries[4 * (3 + RS_LABEL_MAX)];
    size_t n = 0;
    for (int i = 0; i < 4; i++) {
        bool is_last = i == 3;
        size_t length = is_last ? size : RS_LABEL_MAX;
        entries[n++] = (char)(is_last ? length : 0x80 | length);
        entries[n++] = (char)i;
        if (!is_last)
            entries[n++] = (char)(i + 1);
        memset(entries + n, 'a', length);
        n += length;
    }
    return walk_entries(entries, n);
}

static void too_long_a_name_is_refused(void)
{
    CU_ASSERT_TRUE(walk_long_name(RS_HOST_NAME_MAX - 192));
    CU_ASSERT_FALSE(walk_long_name(RS_HOST_NAME_MAX - 192 + 1));
}

static void survives_without_memory(void)
{
#ifndef RS_MEMORY_NEVER_FAILS
    static const rule rules[] = {{"a.b", PERMIT}, {"c", EXCLUDE}};
    made_set made = make(rules, ROWS(rules));
    int failures = 0;
    for (long n = 0;; n++) {
        rs_arena arena = {0};
        rs_suffix_node *nodes;
        size_t count;
        memory_fail_after(n);
        bool walked = rs_suffix_walk(&made.set, &arena, &nodes, &count);
        bool failed = memory_fail_stop();
        CU_ASSERT_EQUAL(walked, !failed);
        rs_arena_clear(&arena);
        if (!failed)
            break;
        failures++;
    }
    CU_ASSERT_TRUE(failures >= 2);
    made_set_clear(&made);
#endif
}

static CU_TestInfo tests[] = {
    {"names come back in order", names_come_back_in_order},
    {"a large set comes back", a_large_set_comes_back},
    {"orders by labels from the right", orders_by_labels_from_the_right},
    {"what is no tree is refused", what_is_no_tree_is_refused},
    {"too long a name is refused", too_long_a_name_is_refused},
    {"survives without memory", survives_without_memory},
    CU_TEST_INFO_NULL,
};

RS_SUITE("suffix_walk", tests)
