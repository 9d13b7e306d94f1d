/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/unicode_mail.h"

#include "tests/unit/failing_memory.h"
#include "tests/unit/made_list.h"
#include "tests/unit/suite.h"

#define A_LABELS "xn--bcher-kva"
#define U_LABELS                                                                                   \
    "b\xc3\xbc"                                                                                    \
    "cher"

enum { MAIL = 1 << RS_FORM_EMAIL };

static void companions_are_made(void)
{
    static const struct {
        rs_rule rule;
        const char *value; /* NULL: no companion */
    } rows[] = {
        {SUFFIX_RULE(RS_PERMIT, ALL_FORMS, A_LABELS ".example"), U_LABELS ".example"},
        {SUFFIX_RULE(RS_EXCLUDE, MAIL, "a." A_LABELS), "a." U_LABELS},
        {SUFFIX_RULE(RS_PERMIT, ALL_FORMS - MAIL, A_LABELS), NULL},
        {SUFFIX_RULE(RS_PERMIT, ALL_FORMS, "corp.example"), NULL},
        {SUFFIX_RULE(RS_PERMIT, ALL_FORMS, ""), NULL},
        {RULE(RS_RULE_MAILBOX, RS_EXCLUDE, "Jane@" A_LABELS), "Jane@" U_LABELS},
        {RULE(RS_RULE_MAILBOX, RS_PERMIT, A_LABELS "@corp.example"), NULL},
        {RULE(RS_RULE_MAILBOX, RS_PERMIT, A_LABELS), NULL},
        {RULE(RS_RULE_MAILBOX, RS_PERMIT, ""), NULL},
        {RULE(RS_RULE_CN, RS_PERMIT, A_LABELS), NULL},
        {RULE(RS_RULE_CN, RS_PERMIT, "a@" A_LABELS), NULL},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_rule own = rows[i].rule, *rules;
        rs_list_stanza stanza = {.rules = &own, .rule_count = 1};
        rs_arena arena = {0};
        size_t count;
        CU_ASSERT_EQUAL(rs_unicode_mail_rules(&stanza, &arena, &rules, &count), RS_WRITE_OK);
        CHECK_ROW(count == (rows[i].value == NULL ? 0 : 1), (const char *)own.value.p);
        if (count > 0) {
            CU_ASSERT(rs_bytes_equal(rules->value, rs_bytes_of_string(rows[i].value)));
            CU_ASSERT_EQUAL(rules->forms, own.kind == RS_RULE_SUFFIX ? MAIL : 0);
            CU_ASSERT(rules->kind == own.kind && rules->polarity == own.polarity);
            CU_ASSERT(rules->self == own.self && rules->below == own.below);
        }
        rs_arena_clear(&arena);
    }
}

static void of_many_none_is_lost(void)
{
    static rs_rule own[100];
    rs_arena arena = {0};
    rs_rule *rules;
    size_t count, companions = 0;
    for (size_t i = 0; i < ROWS(own); i++) {
        own[i] = i % 3 == 0 ? (rs_rule)SUFFIX_RULE(RS_PERMIT, ALL_FORMS, "a.example")
                            : (rs_rule)SUFFIX_RULE(RS_PERMIT, ALL_FORMS, A_LABELS);
        own[i].line = (uint32_t)i;
    }
    rs_list_stanza stanza = {.rules = own, .rule_count = ROWS(own)};
    CU_ASSERT_EQUAL(rs_unicode_mail_rules(&stanza, &arena, &rules, &count), RS_WRITE_OK);
    CU_ASSERT_EQUAL_FATAL(count, 66);
    for (size_t i = 0; i < ROWS(own); i++) {
        if (i % 3 == 0)
            continue;
        CU_ASSERT_EQUAL(rules[companions].line, i);
        CU_ASSERT(rs_bytes_equal(rules[companions].value, rs_bytes_of_string(U_LABELS)));
        companions++;
    }
    rs_arena_clear(&arena);
}

static void no_memory_is_told(void)
{
    /* More than the arena's first block has room for. */
    static rs_rule own[3000];
    for (size_t i = 0; i < ROWS(own); i++)
        own[i] = (rs_rule)RULE(RS_RULE_MAILBOX, RS_EXCLUDE, "Jane@" A_LABELS);
    rs_list_stanza stanza = {.rules = own, .rule_count = ROWS(own)};
    bool failed = true;
    for (long n = 0; failed && n < 100000; n++) {
        rs_arena arena = {0};
        rs_rule *rules;
        size_t count;
        memory_fail_after(n);
        rs_write_status status = rs_unicode_mail_rules(&stanza, &arena, &rules, &count);
        failed = memory_fail_stop();
        CU_ASSERT_EQUAL(status, failed ? RS_WRITE_NO_MEMORY : RS_WRITE_OK);
        rs_arena_clear(&arena);
    }
    CU_ASSERT_FALSE(failed);
}

static CU_TestInfo tests[] = {
    {"companions are made", companions_are_made},
    {"of many none is lost", of_many_none_is_lost},
    {"no memory is told", no_memory_is_told},
    CU_TEST_INFO_NULL,
};

RS_SUITE("unicode_mail", tests)
