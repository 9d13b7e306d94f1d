/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/little_endian.h"
#include "lib/compiler/stanza_writer.h"
#include "tests/unit/failing_memory.h"
#include "tests/unit/made_list.h"
#include "tests/unit/suite.h"

typedef struct written {
    rs_set_pool pool;
    rs_byte_buffer records;
    rs_write_status status;
} written;

static written write_rules(rs_rule *rules, size_t count)
{
    rs_list_stanza stanza = {.rules = rules, .rule_count = count};
    written made = {.status = RS_WRITE_OK};
    made.status = rs_stanza_write(&stanza, &made.pool, &made.records);
    return made;
}

static void clear(written *made)
{
    rs_set_pool_clear(&made->pool);
    rs_byte_buffer_clear(&made->records);
}

static uint32_t slot(const written *made, unsigned number)
{
    return rs_le32_get(made->records.p + RS_STANZA_RECORD_SLOTS + 4 * (size_t)number);
}

static void flags_follow_the_rules(void)
{
    static const struct {
        const char *name;
        rs_rule rule;
        uint32_t flags;
    } rows[] = {
        {"suffix", SUFFIX_RULE(RS_PERMIT, ALL_FORMS, "a"), RS_STANZA_CLOSED},
        {"no suffix", SUFFIX_RULE(RS_EXCLUDE, ALL_FORMS, "a"), 0},
        {"mailbox", RULE(RS_RULE_MAILBOX, RS_PERMIT, "a@b"), RS_STANZA_CLOSED},
        {"no mailbox", RULE(RS_RULE_MAILBOX, RS_EXCLUDE, "a@b"), 0},
        {"address", RULE(RS_RULE_IP, RS_PERMIT, "\1\1\1\1\1\1\1\1"), RS_STANZA_CLOSED},
        {"no address", RULE(RS_RULE_IP, RS_EXCLUDE, "\1\1\1\1\1\1\1\1"), 0},
        {"name", RULE(RS_RULE_CN, RS_PERMIT, "jane"), RS_STANZA_CLOSED},
        {"no name", RULE(RS_RULE_CN, RS_EXCLUDE, "jane"), 0},
        {"any name", RULE(RS_RULE_CN, RS_PERMIT, ""), RS_STANZA_CLOSED | RS_STANZA_CN_ANY},
        {"not any name", RULE(RS_RULE_CN, RS_EXCLUDE, ""), RS_STANZA_CN_NONE},
        {"dirname", RULE(RS_RULE_DIRNAME, RS_PERMIT, "x"), RS_STANZA_CLOSED | RS_STANZA_DIRNAMES},
        {"no dirname", RULE(RS_RULE_DIRNAME, RS_EXCLUDE, "x"), 0},
        {"type", RULE(RS_RULE_OTHERNAME, RS_PERMIT, "\x2a"),
         RS_STANZA_CLOSED | RS_STANZA_OTHERNAMES},
        {"no type", RULE(RS_RULE_OTHERNAME, RS_EXCLUDE, "\x2a"), 0},
        {"organization", RULE(RS_RULE_ORGANIZATION, RS_PERMIT, "acme"), RS_STANZA_ORGANIZATIONS},
        {"single label", RULE(RS_RULE_SINGLE_LABEL, RS_PERMIT, ""),
         RS_STANZA_CLOSED | RS_STANZA_SINGLE_LABEL},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_rule rule = rows[i].rule;
        written made = write_rules(&rule, 1);
        CHECK_ROW(made.status == RS_WRITE_OK, rows[i].name);
        CU_ASSERT_EQUAL_FATAL(made.records.n, RS_STANZA_RECORD_SIZE);
        CHECK_ROW(rs_le32_get(made.records.p + RS_STANZA_RECORD_FLAGS) == rows[i].flags,
                  rows[i].name);
        clear(&made);
    }
    written made = write_rules(NULL, 0);
    CU_ASSERT(made.status == RS_WRITE_OK && made.pool.count == 0);
    CU_ASSERT_EQUAL(rs_le32_get(made.records.p + RS_STANZA_RECORD_FLAGS), 0);
    clear(&made);
}

/* Each rule goes to the slots of its kind and polarity, and to no others. */
static void slots_follow_the_rules(void)
{
    static const struct {
        const char *name;
        rs_rule rule;
        uint32_t slots; /* bits */
    } rows[] = {
        {"suffix", SUFFIX_RULE(RS_PERMIT, ALL_FORMS, "a"), 0xff},
        {"no suffix", SUFFIX_RULE(RS_EXCLUDE, ALL_FORMS, "a"), 0xff},
        {"suffix, some forms", SUFFIX_RULE(RS_PERMIT, 0x15, "a"), 0x15},
        {"suffix, one form", SUFFIX_RULE(RS_PERMIT, 0x80, "a"), 0x80},
        {"IPv4", RULE(RS_RULE_IP, RS_PERMIT, "\1\1\1\1\1\1\1\1"), 1 << 8},
        {"no IPv4", RULE(RS_RULE_IP, RS_EXCLUDE, "\1\1\1\1\1\1\1\1"), 1 << 9},
        {"IPv6", RULE(RS_RULE_IP, RS_PERMIT, "0123456789abcdef0123456789abcdef"), 1 << 10},
        {"no IPv6", RULE(RS_RULE_IP, RS_EXCLUDE, "0123456789abcdef0123456789abcdef"), 1 << 11},
        {"mapped", RULE(RS_RULE_IP, RS_PERMIT, MAPPED "abcd" MAPPED "abce"), 1 << 8},
        {"not mapped", RULE(RS_RULE_IP, RS_EXCLUDE, MAPPED "abcd" MAPPED "abce"), 1 << 9},
        {"mapped and more",
         RULE(RS_RULE_IP, RS_PERMIT,
              MAPPED "abcd"
                     "\0\0\0\0\0\0\0\0\0\1\0\0zzzz"),
         1 << 10},
        {"all of IPv6",
         RULE(RS_RULE_IP, RS_PERMIT,
              "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
              "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"),
         1 << 10},
        {"name", RULE(RS_RULE_CN, RS_PERMIT, "jane"), 1 << 12},
        {"no name", RULE(RS_RULE_CN, RS_EXCLUDE, "jane"), 1 << 13},
        {"any name", RULE(RS_RULE_CN, RS_PERMIT, ""), 0},
        {"not any name", RULE(RS_RULE_CN, RS_EXCLUDE, ""), 0},
        {"mailbox", RULE(RS_RULE_MAILBOX, RS_PERMIT, "a@b"), 1 << 14},
        {"no mailbox", RULE(RS_RULE_MAILBOX, RS_EXCLUDE, "a@b"), 1 << 15},
        {"dirname", RULE(RS_RULE_DIRNAME, RS_PERMIT, "x"), 1 << 16},
        {"no dirname", RULE(RS_RULE_DIRNAME, RS_EXCLUDE, "x"), 1 << 17},
        {"type", RULE(RS_RULE_OTHERNAME, RS_PERMIT, "\x2a"), 1 << 18},
        {"no type", RULE(RS_RULE_OTHERNAME, RS_EXCLUDE, "\x2a"), 1 << 19},
        {"organization", RULE(RS_RULE_ORGANIZATION, RS_PERMIT, "acme"), 1 << 20},
        {"single label", RULE(RS_RULE_SINGLE_LABEL, RS_PERMIT, ""), 0},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_rule rule = rows[i].rule;
        written made = write_rules(&rule, 1);
        CU_ASSERT_EQUAL_FATAL(made.status, RS_WRITE_OK);
        for (unsigned j = 0; j < RS_SLOTS; j++)
            CHECK_ROW(slot(&made, j) == (rows[i].slots >> j & 1), rows[i].name);
        CHECK_ROW(made.pool.count == (rows[i].slots != 0), rows[i].name);
        clear(&made);
    }
}

static void suffix_rules_become_bits(void)
{
    static const struct {
        const char *name;
        rs_rule rule;
        uint8_t root_rules; /* of the set */
        uint8_t rules;      /* of its only entry, if there is one */
    } rows[] = {
        {"both", SUFFIX_RULE(RS_PERMIT, ALL_FORMS, "a"), 0, 3},
        {"self",
         {.forms = ALL_FORMS, .self = true, .value = LITERAL("a")},
         0,
         RS_SUFFIX_PERMIT_SELF},
        {"below",
         {.forms = ALL_FORMS, .below = true, .value = LITERAL("a")},
         0,
         RS_SUFFIX_PERMIT_BELOW},
        {"exclude", SUFFIX_RULE(RS_EXCLUDE, ALL_FORMS, "a"), RS_SUFFIX_EXCLUDE_UNDER, 12},
        {"exclude self",
         {.polarity = RS_EXCLUDE, .forms = ALL_FORMS, .self = true, .value = LITERAL("a")},
         RS_SUFFIX_EXCLUDE_UNDER,
         RS_SUFFIX_EXCLUDE_SELF},
        {"exclude below",
         {.polarity = RS_EXCLUDE, .forms = ALL_FORMS, .below = true, .value = LITERAL("a")},
         RS_SUFFIX_EXCLUDE_UNDER,
         RS_SUFFIX_EXCLUDE_BELOW},
        {"all", SUFFIX_RULE(RS_PERMIT, ALL_FORMS, ""), RS_SUFFIX_PERMIT_BELOW, 0},
        {"exclude all", SUFFIX_RULE(RS_EXCLUDE, ALL_FORMS, ""), RS_SUFFIX_EXCLUDE_BELOW, 0},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_rule rule = rows[i].rule;
        written made = write_rules(&rule, 1);
        CU_ASSERT_EQUAL_FATAL(made.status, RS_WRITE_OK);
        const rs_set_record *set = &made.pool.records[0];
        CHECK_ROW(set->root_rules == rows[i].root_rules, rows[i].name);
        if (rows[i].rules == 0) {
            CHECK_ROW(set->size == 0, rows[i].name);
        } else {
            const uint8_t *entry = made.pool.bytes.p + 8;
            uint8_t rules = (entry[0] & RS_ENTRY_HAS_RULES) != 0 ? entry[2] : 3;
            CHECK_ROW(rules == rows[i].rules, rows[i].name);
        }
        clear(&made);
    }
}

/* Forms that say the same share a set, and so do those that come to the same. */
static void forms_share_sets(void)
{
    rs_rule rules[] = {
        SUFFIX_RULE(RS_PERMIT, ALL_FORMS, "a"),
        SUFFIX_RULE(RS_PERMIT, 0x03, "b"),
        SUFFIX_RULE(RS_PERMIT, 0x0c, "b"),
        SUFFIX_RULE(RS_EXCLUDE, 0x10, "c"),
    };
    written made = write_rules(rules, ROWS(rules));
    CU_ASSERT_EQUAL_FATAL(made.status, RS_WRITE_OK);
    CU_ASSERT_EQUAL(made.pool.count, 3);
    static const uint32_t expected[] = {1, 1, 1, 1, 2, 3, 3, 3};
    for (unsigned form = 0; form < RS_HOST_FORMS; form++)
        CU_ASSERT_EQUAL(slot(&made, form), expected[form]);
    clear(&made);
}

/* Mail may spell its hosts in U-labels: then it has a set of its own. */
static void mail_has_both_spellings(void)
{
    rs_rule rules[] = {
        SUFFIX_RULE(RS_PERMIT, ALL_FORMS, "xn--bcher-kva"),
        RULE(RS_RULE_MAILBOX, RS_EXCLUDE, "Jane@xn--bcher-kva"),
    };
    written made = write_rules(rules, ROWS(rules));
    CU_ASSERT_EQUAL_FATAL(made.status, RS_WRITE_OK);
    CU_ASSERT_EQUAL_FATAL(made.pool.count, 3);
    static const uint32_t expected[] = {1, 2, 1, 1, 1, 1, 1, 1};
    for (unsigned form = 0; form < RS_HOST_FORMS; form++)
        CU_ASSERT_EQUAL(slot(&made, form), expected[form]);
    CU_ASSERT(made.pool.records[1].size > made.pool.records[0].size);
    CU_ASSERT_EQUAL(made.pool.records[2].count, 2);
    CU_ASSERT_PTR_NOT_NULL(memmem(made.pool.bytes.p, made.pool.bytes.n,
                                  "jane@b\xc3\xbc"
                                  "cher",
                                  12));
    clear(&made);
}

static void excluded_mailboxes_are_folded(void)
{
    rs_rule rules[] = {
        RULE(RS_RULE_MAILBOX, RS_PERMIT, "Jane.DOE@corp.example"),
        RULE(RS_RULE_MAILBOX, RS_EXCLUDE, "Jane.DOE@corp.example"),
    };
    written made = write_rules(rules, ROWS(rules));
    CU_ASSERT_EQUAL_FATAL(made.status, RS_WRITE_OK);
    CU_ASSERT_EQUAL_FATAL(made.pool.count, 2);
    const uint8_t *p = made.pool.bytes.p;
    CU_ASSERT(memcmp(p + made.pool.records[0].offset + 8, "Jane.DOE@corp.example", 21) == 0);
    CU_ASSERT(memcmp(p + made.pool.records[1].offset + 8, "jane.doe@corp.example", 21) == 0);
    clear(&made);
}

static void what_is_no_rule_is_refused(void)
{
    static const struct {
        const char *name;
        rs_rule rule;
    } rows[] = {
        {"kind", {.kind = (rs_rule_kind)RS_RULE_KINDS, .value = LITERAL("a")}},
        {"polarity", RULE(RS_RULE_CN, (rs_polarity)2, "a")},
        {"excluded organization", RULE(RS_RULE_ORGANIZATION, RS_EXCLUDE, "a")},
        {"no form", SUFFIX_RULE(RS_PERMIT, 0, "a")},
        {"excluded single label", RULE(RS_RULE_SINGLE_LABEL, RS_EXCLUDE, "")},
        {"unknown form", SUFFIX_RULE(RS_PERMIT, 0x100, "a")},
        {"unknown form besides", SUFFIX_RULE(RS_PERMIT, 0x1ff, "a")},
        {"empty label", SUFFIX_RULE(RS_PERMIT, ALL_FORMS, "a..b")},
        {"dot at the front", SUFFIX_RULE(RS_PERMIT, ALL_FORMS, ".a")},
        {"upper case", SUFFIX_RULE(RS_PERMIT, ALL_FORMS, "A")},
        {"neither self nor below", {.forms = ALL_FORMS, .value = LITERAL("a")}},
        {"not below all", {.forms = ALL_FORMS, .self = true}},
        {"no address", RULE(RS_RULE_IP, RS_PERMIT, "")},
        {"one address", RULE(RS_RULE_IP, RS_PERMIT, "\1\1\1\1")},
        {"odd", RULE(RS_RULE_IP, RS_PERMIT, "\1\1\1\1\2\2\2\2\3")},
        {"one IPv6 address", RULE(RS_RULE_IP, RS_PERMIT, "0123456789abcdef")},
        {"too many octets", RULE(RS_RULE_IP, RS_PERMIT, "0123456789abcdef0123456789abcdef0")},
        {"reversed", RULE(RS_RULE_IP, RS_PERMIT, "\2\2\2\2\1\1\1\1")},
        {"reversed, excluded", RULE(RS_RULE_IP, RS_EXCLUDE, "\2\2\2\2\1\1\1\1")},
        {"reversed IPv6", RULE(RS_RULE_IP, RS_PERMIT, "1123456789abcdef0123456789abcdef")},
        {"reversed, mapped", RULE(RS_RULE_IP, RS_PERMIT, MAPPED "abce" MAPPED "abcd")},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_rule rule = rows[i].rule;
        written made = write_rules(&rule, 1);
        CHECK_ROW(made.status == RS_WRITE_BAD_LIST, rows[i].name);
        clear(&made);
    }
}

static void period_is_written_or_refused(void)
{
    static const struct {
        const char *name;
        bool has_mode;
        rs_mode_period mode;
        rs_write_status status;
        const char *expected;
    } rows[] = {
        {"none", false, {RS_MODE_OFF, 7}, RS_WRITE_OK, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"},
        {"enforce", true, {RS_MODE_ENFORCE, 0}, RS_WRITE_OK, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"},
        {"test", true, {RS_MODE_TEST, 0}, RS_WRITE_OK, "\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"},
        {"test until",
         true,
         {RS_MODE_TEST, 0x0102030405},
         RS_WRITE_OK,
         "\1\0\0\0\0\0\0\0\5\4\3\2\1\0\0\0"},
        {"off", true, {RS_MODE_OFF, 0}, RS_WRITE_OK, "\2\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"},
        {"off until", true, {RS_MODE_OFF, 7}, RS_WRITE_BAD_LIST, NULL},
        {"enforce until", true, {RS_MODE_ENFORCE, 7}, RS_WRITE_BAD_LIST, NULL},
        {"before 1970", true, {RS_MODE_TEST, -1}, RS_WRITE_BAD_LIST, NULL},
        {"no mode", true, {(rs_mode)3, 0}, RS_WRITE_BAD_LIST, NULL},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        uint8_t period[RS_PERIOD_SIZE] = {0};
        CHECK_ROW(rs_period_write(rows[i].has_mode, rows[i].mode, period) == rows[i].status,
                  rows[i].name);
        if (rows[i].expected != NULL)
            CHECK_ROW(memcmp(period, rows[i].expected, RS_PERIOD_SIZE) == 0, rows[i].name);
    }
}

/* Several records in turn, the second with a mode. */
static void records_are_appended(void)
{
    written made = {.status = RS_WRITE_OK};
    for (size_t i = 0; i < 2; i++)
        CU_ASSERT_EQUAL(rs_stanza_write(&made_stanzas[1 - i], &made.pool, &made.records),
                        RS_WRITE_OK);
    CU_ASSERT_EQUAL_FATAL(made.records.n, 2 * RS_STANZA_RECORD_SIZE);
    const uint8_t *second = made.records.p + RS_STANZA_RECORD_SIZE;
    CU_ASSERT_EQUAL(rs_le32_get(made.records.p), RS_MODE_ENFORCE);
    CU_ASSERT_EQUAL(rs_le32_get(second), RS_MODE_TEST);
    CU_ASSERT_EQUAL(rs_le64_get(second + RS_PERIOD_UNTIL), 1803859200);
    CU_ASSERT_EQUAL(slot(&made, 0), 1);
    for (unsigned i = 0; i < RS_SLOTS; i++)
        CU_ASSERT(rs_le32_get(second + RS_STANZA_RECORD_SLOTS + 4 * (size_t)i) > 1);
    clear(&made);
}

static void no_memory_is_told(void)
{
    bool failed = true;
    for (long n = 0; failed && n < 500; n++) {
        written made = {.status = RS_WRITE_OK};
        memory_fail_after(n);
        made.status = rs_stanza_write(&made_stanzas[0], &made.pool, &made.records);
        failed = memory_fail_stop();
        /* Sorting does without. */
        CU_ASSERT(made.status == RS_WRITE_NO_MEMORY ||
                  (made.status == RS_WRITE_OK && made.records.n == RS_STANZA_RECORD_SIZE));
        clear(&made);
    }
    CU_ASSERT_FALSE(failed);
}

static CU_TestInfo tests[] = {
    {"flags follow the rules", flags_follow_the_rules},
    {"slots follow the rules", slots_follow_the_rules},
    {"suffix rules become bits", suffix_rules_become_bits},
    {"forms share sets", forms_share_sets},
    {"mail has both spellings", mail_has_both_spellings},
    {"excluded mailboxes are folded", excluded_mailboxes_are_folded},
    {"what is no rule is refused", what_is_no_rule_is_refused},
    {"a period is written or refused", period_is_written_or_refused},
    {"records are appended", records_are_appended},
    {"no memory is told", no_memory_is_told},
    CU_TEST_INFO_NULL,
};

RS_SUITE("stanza_writer", tests)
