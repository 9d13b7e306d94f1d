/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/hash.h"
#include "lib/image/image.h"
#include "tests/unit/failing_memory.h"
#include "tests/unit/made_set.h"
#include "tests/unit/random.h"
#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

enum { NAME_SIZE = 48 };

typedef struct rule {
    char suffix[NAME_SIZE];
    uint8_t rules;
} rule;

static void build_tree(rs_suffix_tree *tree, const rule *rules, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (rs_suffix_tree_add(tree, rs_bytes_of_string(rules[i].suffix), rules[i].rules) !=
            RS_WRITE_OK)
            abort();
    }
}

static made_set make_with_key(uint64_t key, const rule *rules, size_t count)
{
    rs_suffix_tree tree = {.key = key};
    build_tree(&tree, rules, count);
    made_set made = made_set_from_tree(&tree);
    rs_suffix_tree_clear(&tree);
    return made;
}

static made_set make(const rule *rules, size_t count)
{
    return make_with_key(0, rules, count);
}

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

/* Rules are compared with names one by one, as text. */

typedef struct outcome {
    bool permitted, excluded, excluded_below;
    size_t rule; /* length of the deciding rule */
} outcome;

static bool is_below(const char *name, const char *suffix)
{
    size_t n = strlen(name), s = strlen(suffix);
    if (s == 0)
        return n > 0;
    return n > s && name[n - s - 1] == '.' && strcmp(name + n - s, suffix) == 0;
}

static void longer(size_t *longest, size_t length)
{
    if (length > *longest)
        *longest = length;
}

/* `text` may start with `*`. */
static outcome expect(const rule *rules, size_t count, const char *text)
{
    bool wildcard = text[0] == '*', under = false;
    const char *name = wildcard ? text + (text[1] == '.' ? 2 : 1) : text;
    size_t permit = 0, exclude = 0;
    outcome out = {false, false, false, 0};
    for (size_t i = 0; i < count; i++) {
        const char *suffix = rules[i].suffix;
        size_t length = strlen(suffix);
        bool self = strcmp(name, suffix) == 0, below = is_below(name, suffix);
        bool covers_below = wildcard ? self || below : below;
        if ((!wildcard && self && (rules[i].rules & RS_SUFFIX_PERMIT_SELF) != 0) ||
            (covers_below && (rules[i].rules & RS_SUFFIX_PERMIT_BELOW) != 0)) {
            out.permitted = true;
            longer(&permit, length);
        }
        if ((self && (rules[i].rules & RS_SUFFIX_EXCLUDE_SELF) != 0) ||
            (covers_below && (rules[i].rules & RS_SUFFIX_EXCLUDE_BELOW) != 0)) {
            out.excluded = true;
            longer(&exclude, length);
        }
        under = under || (wildcard && is_below(suffix, name) && (rules[i].rules & EXCLUDE) != 0);
    }
    out.rule = out.excluded ? exclude : permit;
    if (under && !out.excluded) {
        out.excluded = out.excluded_below = true;
        out.rule = strlen(name);
    }
    return out;
}

static bool agrees(const rs_suffix_set *set, const char *text, outcome expected)
{
    rs_host_name host = made_host(text);
    rs_suffix_match match = rs_suffix_set_match(set, &host);
    return match.permitted == expected.permitted && match.excluded == expected.excluded &&
           match.excluded_below == expected.excluded_below && match.rule.n == expected.rule;
}

/* Few labels, so that names and rules meet. */
static void random_name(char *out, uint32_t labels, unsigned depth)
{
    char *p = out;
    for (unsigned i = 1 + random_below(depth); i > 0; i--)
        p += snprintf(p, 9, "%c%s%s", 'a' + (char)random_below(labels),
                      random_below(3) == 0 ? "-long" : "", i > 1 ? "." : "");
}

static void random_rule(rule *made, uint32_t labels, unsigned depth)
{
    static const uint8_t kinds[] = {PERMIT,
                                    PERMIT,
                                    PERMIT,
                                    RS_SUFFIX_PERMIT_BELOW,
                                    RS_SUFFIX_PERMIT_SELF,
                                    EXCLUDE,
                                    RS_SUFFIX_EXCLUDE_BELOW,
                                    RS_SUFFIX_EXCLUDE_SELF};
    random_name(made->suffix, labels, depth);
    made->rules = kinds[random_below(ROWS(kinds))];
    if (random_below(400) == 0) {
        made->suffix[0] = '\0';
        made->rules = random_below(4) == 0 ? RS_SUFFIX_EXCLUDE_BELOW : RS_SUFFIX_PERMIT_BELOW;
    }
}

static void random_question(char text[NAME_SIZE], uint32_t labels, unsigned depth)
{
    char name[NAME_SIZE - 2];
    random_name(name, labels, depth);
    uint32_t kind = random_below(40);
    if (kind == 0)
        strcpy(text, "*");
    else
        snprintf(text, NAME_SIZE, "%s%s", kind < 14 ? "*." : "", name);
}

static void random_lists_answer_as_their_rules(void)
{
    enum { RULES = 2000 };
    static rule rules[RULES];
    random_start();
    size_t permitted = 0, excluded = 0, below = 0;
    for (unsigned round = 0; round < 150; round++) {
        size_t count = 1 + random_below(round % 10 == 0 ? RULES : 1 + 3 * round);
        uint32_t labels = 2 + random_below(20);
        for (size_t i = 0; i < count; i++)
            random_rule(&rules[i], labels, 4);
        made_set made = make(rules, count);
        CU_ASSERT_FATAL(rs_suffix_set_check(&made.set));
        for (unsigned i = 0; i < 500; i++) {
            char text[NAME_SIZE];
            random_question(text, labels + 1, 5);
            outcome expected = expect(rules, count, text);
            CHECK_ROW(agrees(&made.set, text, expected), text);
            permitted += expected.permitted;
            excluded += expected.excluded;
            below += expected.excluded_below;
        }
        made_set_clear(&made);
    }
    CU_ASSERT(permitted > 500 && excluded > 500 && below > 500);
}

static void any_order_gives_the_same_bytes(void)
{
    enum { RULES = 500 };
    static rule rules[RULES];
    random_start();
    for (size_t i = 0; i < RULES; i++)
        random_rule(&rules[i], 10, 4);
    made_set first = make(rules, RULES);
    for (unsigned round = 0; round < 20; round++) {
        for (uint32_t i = RULES - 1; i > 0; i--) {
            uint32_t j = random_below(i + 1);
            rule swapped = rules[i];
            rules[i] = rules[j];
            rules[j] = swapped;
        }
        made_set next = make(rules, RULES);
        CU_ASSERT(next.bytes.n == first.bytes.n && next.set.seed == first.set.seed &&
                  memcmp(next.bytes.p, first.bytes.p, first.bytes.n) == 0);
        made_set_clear(&next);
    }
    made_set_clear(&first);
}

/* For long lists: the rules sorted by name, and those that exclude by reversed name. */

static int compare_rules(const void *a, const void *b)
{
    return strcmp(((const rule *)a)->suffix, ((const rule *)b)->suffix);
}

static void reverse(char out[NAME_SIZE], const char *text)
{
    size_t n = strlen(text);
    for (size_t i = 0; i < n; i++)
        out[i] = text[n - 1 - i];
    out[n] = '\0';
}

/* The first rule whose suffix is not less than `text`. */
static size_t lower_bound(const rule *rules, size_t count, const char *text)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(rules[middle].suffix, text) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

enum { FOUND_MAX = 1000 };

/* The rules that can matter to a name: those of its tails, and one of an exclusion below. */
static size_t relevant_rules(const rule *sorted, const rule *reversed, size_t count,
                             size_t reversed_count, const char *text, rule *found)
{
    size_t n = 0;
    const char *name = text[0] == '*' ? text + 2 : text;
    for (const char *tail = name; tail != NULL; tail = strchr(tail, '.')) {
        tail += *tail == '.';
        for (size_t i = lower_bound(sorted, count, tail);
             i < count && strcmp(sorted[i].suffix, tail) == 0; i++) {
            if (n == FOUND_MAX)
                abort();
            found[n++] = sorted[i];
        }
    }
    char prefix[NAME_SIZE];
    reverse(prefix, name);
    strcat(prefix, ".");
    size_t i = lower_bound(reversed, reversed_count, prefix);
    if (i < reversed_count && strncmp(reversed[i].suffix, prefix, strlen(prefix)) == 0) {
        reverse(found[n].suffix, reversed[i].suffix);
        found[n++].rules = reversed[i].rules;
    }
    return n;
}

static void long_list_answers_as_its_rules(void)
{
    enum { RULES = 100000, LABELS = 26 };
    rule *rules = calloc(RULES, sizeof *rules), *reversed = calloc(RULES, sizeof *rules);
    CU_ASSERT_FATAL(rules != NULL && reversed != NULL);
    random_start();
    size_t reversed_count = 0;
    for (size_t i = 0; i < RULES; i++) {
        do
            random_rule(&rules[i], LABELS, 5);
        while (strchr(rules[i].suffix, '.') == NULL);
        /* Few exclusions, and long ones: else they would decide everything. */
        if ((rules[i].rules & EXCLUDE) != 0 && strlen(rules[i].suffix) < 9)
            rules[i].rules = PERMIT;
        if ((rules[i].rules & EXCLUDE) != 0) {
            reverse(reversed[reversed_count].suffix, rules[i].suffix);
            reversed[reversed_count++].rules = rules[i].rules;
        }
    }
    made_set made = make(rules, RULES);
    CU_ASSERT(rs_suffix_set_check(&made.set));
    qsort(rules, RULES, sizeof *rules, compare_rules);
    qsort(reversed, reversed_count, sizeof *reversed, compare_rules);
    for (unsigned i = 0; i < 100000; i++) {
        char text[NAME_SIZE];
        do
            random_question(text, LABELS + 1, 6);
        while (strcmp(text, "*") == 0);
        rule found[FOUND_MAX + 1];
        size_t count = relevant_rules(rules, reversed, RULES, reversed_count, text, found);
        outcome expected = expect(found, count, text);
        CHECK_ROW(agrees(&made.set, text, expected), text);
        if (i < 50) {
            outcome slow = expect(rules, RULES, text);
            CHECK_ROW(slow.excluded == expected.excluded && slow.rule == expected.rule, text);
        }
    }
    made_set_clear(&made);
    free(rules);
    free(reversed);
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
    {"random lists answer as their rules", random_lists_answer_as_their_rules},
    {"any order gives the same bytes", any_order_gives_the_same_bytes},
    {"a long list answers as its rules", long_list_answers_as_its_rules},
    {"no memory is told", no_memory_is_told},
    {"a full image is told", a_full_image_is_told},
    CU_TEST_INFO_NULL,
};

RS_SUITE("suffix_set_writer", tests)
