/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/ascii.h"
#include "lib/base/hash.h"
#include "lib/compiler/suffix_tree.h"
#include "lib/image/image.h"
#include "tests/unit/failing_memory.h"
#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

/* Follows a name down the tree by hand; NULL if it is not there. */
static const rs_tree_node *find(const rs_suffix_tree *tree, const char *name)
{
    uint32_t at = 0;
    for (size_t end = strlen(name); end > 0;) {
        size_t start = end;
        while (start > 0 && name[start - 1] != '.')
            start--;
        rs_bytes label = rs_bytes_make(name + start, end - start);
        uint32_t child = 0;
        for (uint32_t i = 1; i < tree->count; i++) {
            if (tree->nodes[i].parent == at &&
                rs_bytes_equal(rs_tree_node_label(&tree->nodes[i]), label))
                child = i;
        }
        if (child == 0)
            return NULL;
        at = child;
        end = start > 0 ? start - 1 : 0;
    }
    return &tree->nodes[at];
}

static rs_write_status add(rs_suffix_tree *tree, const char *suffix, uint8_t rules)
{
    return rs_suffix_tree_add(tree, rs_bytes_of_string(suffix), rules);
}

static void add_makes_one_node_for_each_name(void)
{
    rs_suffix_tree tree = {0};
    CU_ASSERT_EQUAL(add(&tree, "a.example", RS_SUFFIX_PERMIT_SELF), RS_WRITE_OK);
    CU_ASSERT_EQUAL(tree.count, 3);
    CU_ASSERT_EQUAL(add(&tree, "b.example", RS_SUFFIX_PERMIT_BELOW), RS_WRITE_OK);
    CU_ASSERT_EQUAL(tree.count, 4);
    CU_ASSERT_EQUAL(add(&tree, "a.example", RS_SUFFIX_EXCLUDE_BELOW), RS_WRITE_OK);
    CU_ASSERT_EQUAL(add(&tree, "a.example", RS_SUFFIX_EXCLUDE_BELOW), RS_WRITE_OK);
    CU_ASSERT_EQUAL(add(&tree, "", RS_SUFFIX_PERMIT_BELOW), RS_WRITE_OK);
    CU_ASSERT_EQUAL(tree.count, 4);
    CU_ASSERT_EQUAL(add(&tree, "a", RS_SUFFIX_PERMIT_SELF), RS_WRITE_OK);
    CU_ASSERT_EQUAL(tree.count, 5);
    CU_ASSERT_EQUAL(find(&tree, "a.example")->rules,
                    RS_SUFFIX_PERMIT_SELF | RS_SUFFIX_EXCLUDE_BELOW);
    CU_ASSERT_EQUAL(find(&tree, "b.example")->rules, RS_SUFFIX_PERMIT_BELOW);
    CU_ASSERT_EQUAL(find(&tree, "example")->rules, 0);
    CU_ASSERT_EQUAL(find(&tree, "example")->children, 2);
    CU_ASSERT_EQUAL(find(&tree, "a")->rules, RS_SUFFIX_PERMIT_SELF);
    CU_ASSERT_EQUAL(tree.nodes[0].rules, RS_SUFFIX_PERMIT_BELOW);
    CU_ASSERT_EQUAL(tree.nodes[0].children, 2);
    rs_suffix_tree_clear(&tree);
    CU_ASSERT(tree.count == 0 && tree.nodes == NULL && tree.index.slots == NULL);
}

static void add_grows(void)
{
    enum { COUNT = 5000 };
    static char names[COUNT][16];
    rs_suffix_tree tree = {0};
    for (int round = 0; round < 2; round++) {
        for (unsigned i = 0; i < COUNT; i++) {
            snprintf(names[i], sizeof names[i], "n%u.p%u", i, i % 7);
            CU_ASSERT_EQUAL_FATAL(add(&tree, names[i], RS_SUFFIX_PERMIT_SELF), RS_WRITE_OK);
        }
        CU_ASSERT_EQUAL(tree.count, 1 + 7 + COUNT);
    }
    for (unsigned i = 0; i < COUNT; i += 97)
        CU_ASSERT_PTR_NOT_NULL(find(&tree, names[i]));
    rs_suffix_tree_clear(&tree);
}

/* Two labels of one hash below the root, for the key 0: of 16 bytes, of which the last 8 mend. */
static void colliding_labels(char labels[2][17])
{
    uint64_t start = rs_hash_fold(16 + RS_HASH_FACTOR), target = 0;
    for (unsigned i = 0, found = 0; found < 2; i++) {
        char *label = labels[found];
        snprintf(label, 17, "a%07xbbbbbbbb", i);
        uint64_t hash = rs_hash_fold(start ^ rs_le64_get((uint8_t *)label));
        if (found == 0)
            target = hash ^ rs_le64_get((uint8_t *)label + 8);
        rs_le64_put((uint8_t *)label + 8, hash ^ target);
        bool good = true;
        for (size_t at = 8; at < 16; at++)
            good = good && rs_ascii_is_label((uint8_t)label[at]) &&
                   !rs_ascii_is_upper((uint8_t)label[at]);
        found += good;
    }
}

/* Names of one hash are numbered by what they say, not by when they came. */
static void equal_hashes_are_numbered_by_name(void)
{
    char labels[2][17], names[2][20];
    uint32_t numbers[2][2];
    colliding_labels(labels);
    for (size_t order = 0; order < 2; order++) {
        rs_suffix_tree tree = {0};
        for (size_t i = 0; i < 2; i++) {
            size_t which = i ^ order;
            snprintf(names[which], sizeof names[which], "x.%s", labels[which]);
            CU_ASSERT_EQUAL_FATAL(add(&tree, names[which], RS_SUFFIX_PERMIT_SELF), RS_WRITE_OK);
        }
        CU_ASSERT_EQUAL(rs_suffix_tree_finish(&tree), RS_WRITE_OK);
        CU_ASSERT_EQUAL(find(&tree, labels[0])->hash, find(&tree, labels[1])->hash);
        for (size_t i = 0; i < 2; i++)
            numbers[order][i] = find(&tree, labels[i])->number;
        rs_suffix_tree_clear(&tree);
    }
    CU_ASSERT(memcmp(numbers[0], numbers[1], sizeof numbers[0]) == 0);
}

/* With another key they have different hashes. */
static void the_key_decides_what_collides(void)
{
    char labels[2][17];
    colliding_labels(labels);
    rs_suffix_tree tree = {.key = 1};
    for (size_t i = 0; i < 2; i++)
        CU_ASSERT_EQUAL_FATAL(add(&tree, labels[i], RS_SUFFIX_PERMIT_SELF), RS_WRITE_OK);
    CU_ASSERT_NOT_EQUAL(find(&tree, labels[0])->hash, find(&tree, labels[1])->hash);
    rs_suffix_tree_clear(&tree);
}

static void add_refuses_what_is_no_rule(void)
{
    static const struct {
        const char *suffix;
        uint8_t rules;
        bool good;
    } rows[] = {
        {"a.b", 15, true},
        {"a", 1, true},
        {"", 2, true},
        {"", 8, true},
        {"", 10, true},
        {"", 1, false},
        {"", 3, false},
        {"", 4, false},
        {"a", 0, false},
        {"a", 16, false},
        {"a", 17, false},
        {"a", 0x81, false},
        {".a", 3, false},
        {"a.", 3, false},
        {"a..b", 3, false},
        {".", 3, false},
        {"A", 3, false},
        {"a.bC", 3, false},
        {"Z.b", 3, false},
        {"a-z_0.[`{@", 3, true},
        {"123456789-123456789-123456789-123456789-123456789-123456789-123.a", 3, true},
        {"123456789-123456789-123456789-123456789-123456789-123456789-1234.a", 3, false},
        {"a.123456789-123456789-123456789-123456789-123456789-123456789-1234", 3, false},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_suffix_tree tree = {0};
        rs_write_status status = add(&tree, rows[i].suffix, rows[i].rules);
        CHECK_ROW(status == (rows[i].good ? RS_WRITE_OK : RS_WRITE_BAD_LIST), rows[i].suffix);
        if (!rows[i].good && tree.count > 0) {
            for (size_t j = 0; j < tree.count; j++)
                CHECK_ROW(tree.nodes[j].rules == 0, rows[i].suffix);
        }
        rs_suffix_tree_clear(&tree);
    }
}

static void finish_marks_what_has_exclusions_below(void)
{
    rs_suffix_tree tree = {0};
    add(&tree, "b.example", RS_SUFFIX_PERMIT_SELF);
    add(&tree, "a.b.example", RS_SUFFIX_EXCLUDE_SELF);
    add(&tree, "c.net", RS_SUFFIX_PERMIT_SELF);
    add(&tree, "d.e.f", RS_SUFFIX_EXCLUDE_BELOW);
    add(&tree, "d.e", RS_SUFFIX_PERMIT_SELF);
    CU_ASSERT_EQUAL(rs_suffix_tree_finish(&tree), RS_WRITE_OK);
    static const struct {
        const char *name;
        uint8_t rules;
    } rows[] = {
        {"", RS_SUFFIX_EXCLUDE_UNDER},
        {"example", RS_SUFFIX_EXCLUDE_UNDER},
        {"b.example", RS_SUFFIX_PERMIT_SELF | RS_SUFFIX_EXCLUDE_UNDER},
        {"a.b.example", RS_SUFFIX_EXCLUDE_SELF},
        {"net", 0},
        {"c.net", RS_SUFFIX_PERMIT_SELF},
        {"f", RS_SUFFIX_EXCLUDE_UNDER},
        {"e.f", RS_SUFFIX_EXCLUDE_UNDER},
        {"d.e.f", RS_SUFFIX_EXCLUDE_BELOW},
        {"e", 0},
        {"d.e", RS_SUFFIX_PERMIT_SELF},
    };
    for (size_t i = 0; i < ROWS(rows); i++)
        CHECK_ROW(find(&tree, rows[i].name)->rules == rows[i].rules, rows[i].name);
    rs_suffix_tree_clear(&tree);
    add(&tree, "example", RS_SUFFIX_EXCLUDE_SELF);
    CU_ASSERT_EQUAL(rs_suffix_tree_finish(&tree), RS_WRITE_OK);
    CU_ASSERT_EQUAL(tree.nodes[0].rules, RS_SUFFIX_EXCLUDE_UNDER);
    rs_suffix_tree_clear(&tree);
}

static void finish_numbers_parents(void)
{
    static const char *const names[] = {"a.net",   "a.com", "b.com", "c.com",
                                        "x.a.com", "a.org", "b.org", "leaf"};
    for (int order = 0; order < 2; order++) {
        rs_suffix_tree tree = {0};
        for (size_t i = 0; i < ROWS(names); i++)
            add(&tree, names[order == 0 ? i : ROWS(names) - 1 - i], RS_SUFFIX_PERMIT_SELF);
        CU_ASSERT_EQUAL(rs_suffix_tree_finish(&tree), RS_WRITE_OK);
        CU_ASSERT_EQUAL(tree.nodes[0].number, 0);
        CU_ASSERT_EQUAL(find(&tree, "com")->number, 1);
        CU_ASSERT_EQUAL(find(&tree, "org")->number, 2);
        CU_ASSERT_EQUAL(find(&tree, "leaf")->number, 0);
        CU_ASSERT_EQUAL(find(&tree, "b.com")->number, 0);
        /* One child each: any order, but the same one whatever came first. */
        const rs_tree_node *net = find(&tree, "net"), *a = find(&tree, "a.com");
        CU_ASSERT_EQUAL(net->number + a->number, 3 + 4);
        CU_ASSERT_EQUAL(net->number < a->number, net->hash < a->hash);
        rs_suffix_tree_clear(&tree);
    }
}

static void empty_tree_can_be_finished(void)
{
    rs_suffix_tree tree = {0};
    CU_ASSERT_EQUAL(rs_suffix_tree_finish(&tree), RS_WRITE_OK);
    CU_ASSERT_EQUAL(tree.count, 0);
    rs_suffix_tree_clear(&tree);
}

static rs_write_status build(rs_suffix_tree *tree)
{
    static char names[40][16];
    rs_write_status status = RS_WRITE_OK;
    for (unsigned i = 0; i < 40 && status == RS_WRITE_OK; i++) {
        snprintf(names[i], sizeof names[i], "n%u.p%u", i, i % 5);
        status = add(tree, names[i], RS_SUFFIX_PERMIT_SELF);
    }
    return status == RS_WRITE_OK ? rs_suffix_tree_finish(tree) : status;
}

static void no_memory_is_told(void)
{
    bool failed = true;
    for (long n = 0; failed && n < 100; n++) {
        rs_suffix_tree tree = {0};
        memory_fail_after(n);
        rs_write_status status = build(&tree);
        failed = memory_fail_stop();
        CU_ASSERT(failed || status == RS_WRITE_OK);
        CU_ASSERT(status == RS_WRITE_NO_MEMORY || (status == RS_WRITE_OK && tree.count == 46));
        rs_suffix_tree_clear(&tree);
    }
    CU_ASSERT_FALSE(failed);
}

/* More nodes than an image can have entries are not gathered. */
static void too_many_nodes_are_told(void)
{
    rs_suffix_tree tree = {0};
    CU_ASSERT_EQUAL(add(&tree, "a", RS_SUFFIX_PERMIT_SELF), RS_WRITE_OK);
    tree.count = RS_IMAGE_SIZE_MAX / 3;
    CU_ASSERT_EQUAL(add(&tree, "a", RS_SUFFIX_PERMIT_SELF), RS_WRITE_OK);
    CU_ASSERT_EQUAL(add(&tree, "b", RS_SUFFIX_PERMIT_SELF), RS_WRITE_TOO_LARGE);
    CU_ASSERT_EQUAL(tree.count, RS_IMAGE_SIZE_MAX / 3);
    rs_suffix_tree_clear(&tree);
}

static CU_TestInfo tests[] = {
    {"add makes one node for each name", add_makes_one_node_for_each_name},
    {"add grows", add_grows},
    {"equal hashes are numbered by name", equal_hashes_are_numbered_by_name},
    {"the key decides what collides", the_key_decides_what_collides},
    {"add refuses what is no rule", add_refuses_what_is_no_rule},
    {"finish marks what has exclusions below", finish_marks_what_has_exclusions_below},
    {"finish numbers parents", finish_numbers_parents},
    {"an empty tree can be finished", empty_tree_can_be_finished},
    {"no memory is told", no_memory_is_told},
    {"too many nodes are told", too_many_nodes_are_told},
    CU_TEST_INFO_NULL,
};

RS_SUITE("suffix_tree", tests)
