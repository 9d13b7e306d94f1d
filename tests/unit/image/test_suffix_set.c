/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/little_endian.h"
#include "lib/image/image_layout.h"
#include "lib/image/suffix_set.h"
#include "tests/unit/made_set.h"
#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

typedef struct rule {
    const char *suffix;
    uint8_t rules;
} rule;

enum { RULES_MAX = 8 };

static made_set make(const rule *rules)
{
    rs_suffix_tree tree = {0};
    for (; rules->suffix != NULL; rules++) {
        if (rs_suffix_tree_add(&tree, rs_bytes_of_string(rules->suffix), rules->rules) !=
            RS_WRITE_OK)
            abort();
    }
    made_set made = made_set_from_tree(&tree);
    rs_suffix_tree_clear(&tree);
    return made;
}

/* What is expected: "-" nothing, "p" permitted, "x" excluded, "u" excluded for what is below a
 * wildcard; "px" and "pu" both. And the rule. */
static const struct {
    rule rules[RULES_MAX];
    const char *name, *expected, *rule;
} matches[] = {
    /* One suffix: itself and below, on label borders only. */
    {{{"corp.example", PERMIT}}, "corp.example", "p", "corp.example"},
    {{{"corp.example", PERMIT}}, "a.corp.example", "p", "corp.example"},
    {{{"corp.example", PERMIT}}, "a.b.c.corp.example", "p", "corp.example"},
    {{{"corp.example", PERMIT}}, "xcorp.example", "-", ""},
    {{{"corp.example", PERMIT}}, "corp.examples", "-", ""},
    {{{"corp.example", PERMIT}}, "corp.exampl", "-", ""},
    {{{"corp.example", PERMIT}}, "orp.example", "-", ""},
    {{{"corp.example", PERMIT}}, "example", "-", ""},
    {{{"corp.example", PERMIT}}, "corp.example.com", "-", ""},
    {{{"corp.example", PERMIT}}, "corp", "-", ""},
    {{{"com", PERMIT}}, "com", "p", "com"},
    {{{"com", PERMIT}}, "a.com", "p", "com"},
    {{{"com", PERMIT}}, "com.a", "-", ""},
    /* Only below, only itself. */
    {{{"lab.example", RS_SUFFIX_PERMIT_BELOW}}, "lab.example", "-", ""},
    {{{"lab.example", RS_SUFFIX_PERMIT_BELOW}}, "a.lab.example", "p", "lab.example"},
    {{{"lab.example", RS_SUFFIX_PERMIT_SELF}}, "lab.example", "p", "lab.example"},
    {{{"lab.example", RS_SUFFIX_PERMIT_SELF}}, "a.lab.example", "-", ""},
    {{{"lab.example", RS_SUFFIX_EXCLUDE_BELOW}}, "lab.example", "-", ""},
    {{{"lab.example", RS_SUFFIX_EXCLUDE_BELOW}}, "a.lab.example", "x", "lab.example"},
    {{{"lab.example", RS_SUFFIX_EXCLUDE_SELF}}, "lab.example", "x", "lab.example"},
    {{{"lab.example", RS_SUFFIX_EXCLUDE_SELF}}, "a.lab.example", "-", ""},
    /* The longest rule that permits is the one that is told. */
    {{{"example", PERMIT}, {"b.example", PERMIT}}, "a.b.example", "p", "b.example"},
    {{{"example", PERMIT}, {"a.b.example", PERMIT}}, "b.example", "p", "example"},
    {{{"example", PERMIT}, {"b.example", RS_SUFFIX_PERMIT_BELOW}}, "b.example", "p", "example"},
    /* An exclusion wins, however long and in whatever order. */
    {{{"example", PERMIT}, {"hr.example", EXCLUDE}}, "hr.example", "px", "hr.example"},
    {{{"example", PERMIT}, {"hr.example", EXCLUDE}}, "a.hr.example", "px", "hr.example"},
    {{{"example", PERMIT}, {"hr.example", EXCLUDE}}, "it.example", "p", "example"},
    {{{"hr.example", EXCLUDE}, {"example", PERMIT}}, "hr.example", "px", "hr.example"},
    {{{"example", EXCLUDE}, {"hr.example", PERMIT}}, "hr.example", "px", "example"},
    {{{"example", EXCLUDE}, {"hr.example", PERMIT}}, "a.hr.example", "px", "example"},
    {{{"example", EXCLUDE}, {"example", PERMIT}}, "example", "px", "example"},
    {{{"example", EXCLUDE}, {"b.example", EXCLUDE}}, "a.b.example", "x", "b.example"},
    /* All names. */
    {{{"", RS_SUFFIX_PERMIT_BELOW}}, "com", "p", ""},
    {{{"", RS_SUFFIX_PERMIT_BELOW}}, "a.b.c", "p", ""},
    {{{"", RS_SUFFIX_PERMIT_BELOW}}, "*", "p", ""},
    {{{"", RS_SUFFIX_PERMIT_BELOW}}, "*.com", "p", ""},
    {{{"", RS_SUFFIX_EXCLUDE_BELOW}}, "com", "x", ""},
    {{{"", RS_SUFFIX_EXCLUDE_BELOW}}, "*", "x", ""},
    {{{"", RS_SUFFIX_EXCLUDE_BELOW}, {"a.b", PERMIT}}, "a.b", "px", ""},
    {{{"", RS_SUFFIX_PERMIT_BELOW}, {"a.b", EXCLUDE}}, "a.b", "px", "a.b"},
    {{{"", RS_SUFFIX_PERMIT_BELOW}, {"a.b", EXCLUDE}}, "*", "pu", ""},
    {{{"", RS_SUFFIX_PERMIT_BELOW}, {"a.b", PERMIT}}, "a.b", "p", "a.b"},
    {{{"", RS_SUFFIX_PERMIT_BELOW}, {"a.b", PERMIT}}, "*", "p", ""},
    {{{"a.b", PERMIT}}, "*", "-", ""},
    {{{"a.b", EXCLUDE}}, "*", "u", ""},
    {{{NULL, 0}}, "a.b", "-", ""},
    {{{NULL, 0}}, "*", "-", ""},
    {{{NULL, 0}}, "*.a", "-", ""},
    /* A wildcard is permitted as a name below that no rule has. */
    {{{"example", PERMIT}}, "*.example", "p", "example"},
    {{{"example", PERMIT}}, "*.a.example", "p", "example"},
    {{{"example", RS_SUFFIX_PERMIT_BELOW}}, "*.example", "p", "example"},
    {{{"example", RS_SUFFIX_PERMIT_SELF}}, "*.example", "-", ""},
    {{{"a.example", PERMIT}}, "*.example", "-", ""},
    {{{"a.example", PERMIT}, {"b.example", PERMIT}}, "*.example", "-", ""},
    {{{"example", PERMIT}}, "*.xample", "-", ""},
    /* And excluded if the name, one above it or any below it is. */
    {{{"example", EXCLUDE}}, "*.example", "x", "example"},
    {{{"example", EXCLUDE}}, "*.a.example", "x", "example"},
    {{{"example", RS_SUFFIX_EXCLUDE_SELF}}, "*.example", "x", "example"},
    {{{"example", RS_SUFFIX_EXCLUDE_SELF}}, "*.a.example", "-", ""},
    {{{"example", RS_SUFFIX_EXCLUDE_BELOW}}, "*.example", "x", "example"},
    {{{"example", PERMIT}, {"hr.example", EXCLUDE}}, "*.example", "pu", "example"},
    {{{"example", PERMIT}, {"a.b.hr.example", EXCLUDE}}, "*.example", "pu", "example"},
    {{{"example", PERMIT}, {"a.b.hr.example", EXCLUDE}}, "*.hr.example", "pu", "hr.example"},
    {{{"example", PERMIT}, {"a.b.hr.example", RS_SUFFIX_EXCLUDE_SELF}},
     "*.b.hr.example",
     "pu",
     "b.hr.example"},
    {{{"example", PERMIT}, {"hr.example", EXCLUDE}}, "*.it.example", "p", "example"},
    {{{"example", PERMIT}, {"hr.example", EXCLUDE}}, "*.hr.example", "px", "hr.example"},
    {{{"example", EXCLUDE}, {"hr.example", EXCLUDE}}, "*.example", "x", "example"},
    {{{"com", EXCLUDE}, {"hr.example", EXCLUDE}}, "*.example", "u", "example"},
    /* What is below a name does not matter to the name. */
    {{{"example", PERMIT}, {"hr.example", EXCLUDE}}, "example", "p", "example"},
    /* Labels that differ late, are short and long, and hold every character. */
    {{{"abcdefgh1.example", PERMIT}}, "abcdefgh2.example", "-", ""},
    {{{"abcdefgh1.example", PERMIT}}, "abcdefgh1.example", "p", "abcdefgh1.example"},
    {{{"a.b.c.d.e.f.g", PERMIT}}, "x.a.b.c.d.e.f.g", "p", "a.b.c.d.e.f.g"},
    {{{"_srv-0.xn--p1ai", PERMIT}}, "a._srv-0.xn--p1ai", "p", "_srv-0.xn--p1ai"},
};

static void match_follows_the_rules(void)
{
    for (size_t i = 0; i < ROWS(matches); i++) {
        made_set made = make(matches[i].rules);
        CHECK_ROW(rs_suffix_set_check(&made.set), matches[i].name);
        rs_host_name host = made_host(matches[i].name);
        rs_suffix_match match = rs_suffix_set_match(&made.set, &host);
        const char *expected = matches[i].expected;
        CHECK_ROW(match.permitted == (strchr(expected, 'p') != NULL), matches[i].name);
        CHECK_ROW(match.excluded == (strpbrk(expected, "xu") != NULL), matches[i].name);
        CHECK_ROW(match.excluded_below == (strchr(expected, 'u') != NULL), matches[i].name);
        CHECK_ROW(rs_bytes_equal(match.rule, rs_bytes_of_string(matches[i].rule)), matches[i].name);
        /* A view of the name's own end. */
        if (match.rule.n > 0)
            CHECK_ROW(match.rule.p == host.text + host.length - match.rule.n, matches[i].name);
        made_set_clear(&made);
    }
}

/* What is said of names that are not ASCII: named perhaps `n`, excluded perhaps `x`. */
static void other_spellings_are_seen(void)
{
    static const rule rules[] = {{"\xc3\xbc.hr.example", EXCLUDE}, {"b.test", PERMIT}, {NULL, 0}};
    static const struct {
        const char *name, *expected;
    } rows[] = {
        {"\xc3\xbc.hr.example", ""},
        {"a.\xc3\xbc.hr.example", ""},
        {"\xc3\x9c.\xc3\xbc.hr.example", "n"},
        {"\xc3\x9c.hr.example", "nx"},
        {"a.\xc3\x9c.hr.example", "nx"},
        {"\xc3\x9c.a.hr.example", "n"},
        {"\xc3\x9c.example", "nx"},
        {"\xc3\x9c", "nx"},
        {"\xc3\x9c.b.test", "n"},
        {"\xc3\x9c.test", "n"},
        {"\xc3\x9c.a", "n"},
    };
    made_set made = make(rules);
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_host_name host = made_host(rows[i].name);
        host.unicode = true;
        rs_suffix_match match = rs_suffix_set_match(&made.set, &host);
        CHECK_ROW(match.perhaps_named == (strchr(rows[i].expected, 'n') != NULL), rows[i].name);
        CHECK_ROW(match.perhaps_excluded == (strchr(rows[i].expected, 'x') != NULL), rows[i].name);
        host.unicode = false;
        match = rs_suffix_set_match(&made.set, &host);
        CHECK_ROW(!match.perhaps_named && !match.perhaps_excluded, rows[i].name);
    }
    made_set_clear(&made);
}

static void empty_set_says_nothing(void)
{
    rs_suffix_set empty = {0};
    rs_host_name host = made_host("www.example.com");
    rs_suffix_match match = rs_suffix_set_match(&empty, &host);
    CU_ASSERT(!match.permitted && !match.excluded && !match.excluded_below && match.rule.n == 0);
    CU_ASSERT(rs_suffix_set_check(&empty));
}

static void longest_names_are_looked_up(void)
{
    char label[RS_LABEL_MAX + 1], suffix[RS_HOST_NAME_MAX + 1];
    memset(label, 'l', RS_LABEL_MAX);
    label[RS_LABEL_MAX] = '\0';
    /* Three labels of 63, one of 61: 253 bytes. */
    snprintf(suffix, sizeof suffix, "%s.%s.%s.%.61s", label, label, label, label);
    rule rules[] = {{suffix, PERMIT}, {NULL, 0}};
    made_set made = make(rules);
    CU_ASSERT(rs_suffix_set_check(&made.set));
    rs_host_name host = made_host(suffix);
    CU_ASSERT_EQUAL(host.length, RS_HOST_NAME_MAX);
    CU_ASSERT(rs_suffix_set_match(&made.set, &host).permitted);
    host.text[0] = 'm';
    CU_ASSERT_FALSE(rs_suffix_set_match(&made.set, &host).permitted);
    made_set_clear(&made);
    /* 127 labels of one byte. */
    for (size_t i = 0; i < RS_HOST_NAME_MAX; i++)
        suffix[i] = i % 2 == 0 ? 'a' : '.';
    made = make(rules);
    host = made_host(suffix);
    CU_ASSERT_EQUAL(rs_suffix_set_match(&made.set, &host).rule.n, RS_HOST_NAME_MAX);
    made_set_clear(&made);
}

static void hash_is_what_the_format_says(void)
{
    CU_ASSERT_EQUAL(rs_suffix_hash(0, 0, rs_bytes_of_string("com")), 0x9068cb25);
    CU_ASSERT_EQUAL(rs_suffix_hash(0, 1, rs_bytes_of_string("example")), 0xd3550c5c);
    CU_ASSERT_EQUAL(rs_suffix_hash(3, 70000, rs_bytes_of_string("very-long-label")), 0x17e40631);
}

/* A set of one bucket with these entries. */
static bool check_one_bucket(rs_bytes entries)
{
    rs_bytes exact = exact_copy(entries);
    uint8_t buckets[8];
    rs_le32_put(buckets, 0);
    rs_le32_put(buckets + 4, (uint32_t)exact.n);
    rs_suffix_set set = {.buckets = buckets, .entries = exact.p, .entries_size = (uint32_t)exact.n};
    bool good = rs_suffix_set_check(&set);
    /* Good or not, a look-up stays within the bytes. */
    rs_host_name host = made_host("a.com");
    rs_suffix_set_match(&set, &host);
    exact_free(exact);
    return good;
}

static const struct {
    const char *name;
    rs_bytes entries;
    bool good;
} buckets[] = {
    {"plain leaf",
     LITERAL("\x03\x00"
             "com"),
     true},
    {"rules",
     LITERAL("\x43\x00\x1f"
             "com"),
     true},
    {"number",
     LITERAL("\x83\x00\x01"
             "com"),
     true},
    {"rules and number",
     LITERAL("\xc3\x00\x00\x01"
             "com"),
     true},
    {"longer numbers",
     LITERAL("\x83\x80\x01\xff\xff\xff\x7f"
             "com"),
     true},
    {"two entries",
     LITERAL("\x83\x00\x01"
             "com\x01\x01"
             "a"),
     true},
    {"no entry", LITERAL(""), true},
    {"first byte alone", LITERAL("\x03"), false},
    {"no label", LITERAL("\x03\x00"), false},
    {"short label",
     LITERAL("\x03\x00"
             "co"),
     false},
    {"bytes after",
     LITERAL("\x03\x00"
             "comm"),
     false},
    {"empty label", LITERAL("\x00\x00"), false},
    {"unknown rule",
     LITERAL("\x43\x00\x20"
             "com"),
     false},
    {"rules missing", LITERAL("\x43\x00"), false},
    {"number missing", LITERAL("\x83\x00"), false},
    {"parent unended", LITERAL("\x03\x80"), false},
    {"parent too long",
     LITERAL("\x03\x80\x80\x80\x80\x00"
             "com"),
     false},
    {"number too long",
     LITERAL("\x83\x00\x80\x80\x80\x80\x00"
             "com"),
     false},
};

static void check_reads_every_entry(void)
{
    for (size_t i = 0; i < ROWS(buckets); i++)
        CHECK_ROW(check_one_bucket(buckets[i].entries) == buckets[i].good, buckets[i].name);
}

static void check_limits_a_bucket(void)
{
    uint8_t entries[3 * (RS_SUFFIX_BUCKET_MAX + 1)];
    for (size_t i = 0; i <= RS_SUFFIX_BUCKET_MAX; i++)
        memcpy(entries + 3 * i,
               "\x01\x00"
               "a",
               3);
    CU_ASSERT(check_one_bucket(rs_bytes_make(entries, 3 * RS_SUFFIX_BUCKET_MAX)));
    CU_ASSERT_FALSE(check_one_bucket(rs_bytes_make(entries, sizeof entries)));
}

static void check_wants_sound_tables(void)
{
    static const struct {
        const char *name;
        uint32_t offsets[3];
        uint32_t mask;
        uint8_t root_rules;
        uint32_t size;
        bool ends, good; /* where the table starts and ends; all of it */
    } rows[] = {
        {"two buckets", {0, 3, 6}, 1, 31, 6, true, true},
        {"all in the first", {0, 6, 6}, 1, 0, 6, true, true},
        {"all in the last", {0, 0, 6}, 1, 0, 6, true, true},
        {"does not start at 0", {3, 3, 6}, 1, 0, 6, false, false},
        {"falls", {0, 6, 3}, 1, 0, 6, false, false},
        {"ends early", {0, 3, 3}, 1, 0, 6, false, false},
        {"ends late", {0, 3, 7}, 1, 0, 6, false, false},
        {"far beyond the end", {0, UINT32_MAX, 6}, 1, 0, 6, true, false},
        {"within an entry", {0, 4, 6}, 1, 0, 6, true, false},
        {"root's rules", {0, 3, 6}, 1, 32, 6, false, false},
        {"no power of two", {0, 3, 6}, 2, 0, 6, false, false},
    };
    static const uint8_t entries[] = {1, 0, 'a', 1, 0, 'b'};
    for (size_t i = 0; i < ROWS(rows); i++) {
        uint8_t table[16] = {0};
        for (size_t j = 0; j < 3; j++)
            rs_le32_put(table + 4 * j, rows[i].offsets[j]);
        rs_suffix_set set = {.buckets = table, .entries = entries, .mask = rows[i].mask};
        set.root_rules = rows[i].root_rules;
        set.entries_size = rows[i].size;
        CHECK_ROW(rs_suffix_set_check(&set) == rows[i].good, rows[i].name);
        CHECK_ROW(rs_suffix_set_check_ends(&set) == rows[i].ends, rows[i].name);
    }
    rs_suffix_set rootless = {.root_rules = 31};
    CU_ASSERT(rs_suffix_set_check(&rootless));
    rootless.entries_size = 1;
    CU_ASSERT_FALSE(rs_suffix_set_check(&rootless));
    rootless.entries_size = 0;
    rootless.mask = 1;
    CU_ASSERT_FALSE(rs_suffix_set_check(&rootless));
}

/* A look-up finds the same on the trail of any other. */
static void match_on_a_trail(void)
{
    static const char *const names[] = {
        "example.com",       "www.example.com",
        "a.www.example.com", "hr.example.com",
        "x.hr.example.com",  "*.example.com",
        "*.hr.example.com",  "ample.com",
        "notexample.com",    "com",
        "other.org",         "y.other.org",
    };
    rule rules[] = {{"example.com", PERMIT},
                    {"hr.example.com", EXCLUDE},
                    {"a.b.hr.example.com", PERMIT},
                    {"www.example.com", PERMIT},
                    {"deep.www.example.com", PERMIT},
                    {"z.y.other.org", EXCLUDE},
                    {NULL, 0}};
    made_set made = make(rules);
    for (size_t i = 0; i < ROWS(names); i++)
        for (size_t j = 0; j < ROWS(names); j++) {
            rs_host_name first = made_host(names[i]), host = made_host(names[j]);
            rs_suffix_trail trail = {.size = 0};
            rs_suffix_match match = rs_suffix_set_match(&made.set, &first);
            bool permitted = match.permitted && !match.excluded;
            CHECK_ROW(rs_suffix_set_permits(&made.set, &first, &trail) == permitted, names[i]);
            match = rs_suffix_set_match(&made.set, &host);
            permitted = match.permitted && !match.excluded;
            CHECK_ROW(rs_suffix_set_permits(&made.set, &host, &trail) == permitted, names[j]);
        }
    made_set_clear(&made);
}

/* A set that was not checked whole: a look-up says so where it meets damage. */
static void match_in_a_damaged_set(void)
{
    static const struct {
        const char *name;
        uint32_t from, to;
        rs_bytes entries;
        bool unreadable;
    } rows[] = {
        {"good", 0, 3, LITERAL("\1\0a"), false},
        {"rules of the one that is found", 0, 4, LITERAL("\x41\0\x20z"), true},
        {"label cut short", 0, 3, LITERAL("\2\0a"), true},
        {"empty label", 0, 2, LITERAL("\0\0a"), true},
        {"parent cut short", 0, 2, LITERAL("\1\x80"), true},
        {"ends late", 0, 4, LITERAL("\1\0a"), true},
        {"starts late", 4, 3, LITERAL("\1\0a"), true},
        {"far beyond the end", UINT32_MAX, UINT32_MAX, LITERAL("\1\0a"), true},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_bytes exact = exact_copy(rows[i].entries);
        uint8_t table[8];
        rs_le32_put(table, rows[i].from);
        rs_le32_put(table + 4, rows[i].to);
        rs_suffix_set set = {.buckets = table,
                             .entries = exact.p,
                             .entries_size = (uint32_t)exact.n,
                             .root_rules = RS_SUFFIX_PERMIT_BELOW};
        rs_host_name host = made_host("y.z");
        rs_suffix_trail trail = {.size = 0};
        CHECK_ROW(rs_suffix_set_match(&set, &host).unreadable == rows[i].unreadable, rows[i].name);
        CHECK_ROW(rs_suffix_set_permits(&set, &host, &trail) == !rows[i].unreadable, rows[i].name);
        exact_free(exact);
    }
}

static void match_in_a_crowded_bucket(void)
{
    uint8_t entries[3 * (RS_SUFFIX_BUCKET_MAX + 1)], table[8] = {0};
    for (size_t i = 0; i <= RS_SUFFIX_BUCKET_MAX; i++)
        memcpy(entries + 3 * i, "\1\0a", 3);
    for (size_t more = 0; more <= 1; more++) {
        rs_suffix_set set = {.buckets = table, .entries = entries, .entries_size = sizeof entries};
        rs_le32_put(table + 4, (uint32_t)(3 * (RS_SUFFIX_BUCKET_MAX + more)));
        rs_host_name host = made_host("y.z");
        CU_ASSERT_EQUAL(rs_suffix_set_match(&set, &host).unreadable, more == 1);
    }
}

static CU_TestInfo tests[] = {
    {"match follows the rules", match_follows_the_rules},
    {"other spellings are seen", other_spellings_are_seen},
    {"the empty set says nothing", empty_set_says_nothing},
    {"the longest names are looked up", longest_names_are_looked_up},
    {"hash is what the format says", hash_is_what_the_format_says},
    {"check reads every entry", check_reads_every_entry},
    {"check limits a bucket", check_limits_a_bucket},
    {"check wants sound tables", check_wants_sound_tables},
    {"match on a trail", match_on_a_trail},
    {"match in a damaged set", match_in_a_damaged_set},
    {"match in a crowded bucket", match_in_a_crowded_bucket},
    CU_TEST_INFO_NULL,
};

RS_SUITE("suffix_set", tests)
