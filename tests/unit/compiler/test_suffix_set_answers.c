/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Suffix sets of random rules answer as the rules do, compared with each name one by one, as text.
 */
#include "tests/unit/compiler/suffix_rules.h"
#include "tests/unit/random.h"
#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

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

/* The rules are sorted by name, and those that exclude by reversed name, too. */
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

static CU_TestInfo tests[] = {
    {"random lists answer as their rules", random_lists_answer_as_their_rules},
    {"any order gives the same bytes", any_order_gives_the_same_bytes},
    {"a long list answers as its rules", long_list_answers_as_its_rules},
    CU_TEST_INFO_NULL,
};

RS_SUITE("suffix_set_answers", tests)
