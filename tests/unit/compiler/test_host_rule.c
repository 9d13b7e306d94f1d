/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/host_rule.h"

#include "tests/unit/diagnosed.h"
#include "tests/unit/suite.h"

enum { ANY = RS_ALL_HOST_FORMS, EMAIL = 1 << RS_FORM_EMAIL, URI = 1 << RS_FORM_URI };

static bool read_text(unsigned forms, rs_polarity polarity, rs_bytes text, rs_rule *rule,
                      rs_diagnostics *diagnostics)
{
    static uint8_t value[RS_RULE_VALUE_MAX];
    rs_place place = {.diagnostics = diagnostics, .file = "f", .line = 1, .column = 1};
    *rule = (rs_rule){.kind = RS_RULE_SUFFIX, .polarity = polarity, .forms = (rs_form_set)forms};
    return rs_host_rule_read(&place, text, rule, value);
}

static void rules_are_read(void)
{
    static const struct {
        unsigned forms;
        const char *text;
        bool self, below;
        const char *value;
    } cases[] = {
        {ANY, "corp.example", true, true, "corp.example"},
        {ANY, ".corp.example", false, true, "corp.example"},
        {ANY, "*", false, true, ""},
        {ANY, "Corp.EXAMPLE", true, true, "corp.example"},
        {ANY, "test", true, true, "test"},
        {ANY, "_tcp.a-b.example", true, true, "_tcp.a-b.example"},
        {ANY, "1.2.3.example", true, true, "1.2.3.example"},
        {ANY, "4.3.2.1.in-addr.arpa", true, true, "4.3.2.1.in-addr.arpa"},
        {ANY, "xn--bcher-kva.example", true, true, "xn--bcher-kva.example"},
        {ANY, "XN--Bcher-KVA.example", true, true, "xn--bcher-kva.example"},
        {ANY,
         ".b\xc3\xbc"
         "cher.Example",
         false, true, "xn--bcher-kva.example"},
        {URI, "corp.example", true, false, "corp.example"},
        {URI, ".corp.example", false, true, "corp.example"},
        {URI, "*", false, true, ""},
        {EMAIL, "corp.example", true, false, "corp.example"},
        {EMAIL, ".corp.example", false, true, "corp.example"},
        {EMAIL, "*", false, true, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rs_diagnostics diagnostics = {.items = NULL};
        rs_rule rule;
        CU_ASSERT(read_text(cases[i].forms, RS_PERMIT, rs_bytes_of_string(cases[i].text), &rule,
                            &diagnostics));
        CU_ASSERT_EQUAL(rule.kind, RS_RULE_SUFFIX);
        CU_ASSERT_EQUAL(rule.forms, cases[i].forms);
        CU_ASSERT_EQUAL(rule.self, cases[i].self);
        CU_ASSERT_EQUAL(rule.below, cases[i].below);
        CU_ASSERT(rs_bytes_equal(rule.value, rs_bytes_of_string(cases[i].value)));
        CU_ASSERT_PTR_NOT_NULL(rule.value.p);
        CU_ASSERT(diagnosed_as(&diagnostics, ""));
        rs_diagnostics_clear(&diagnostics);
    }
}

static void mailboxes_are_read(void)
{
    static const struct {
        const char *text;
        const char *permit, *exclude;
    } cases[] = {
        {"Joe@Example.com", "Joe@example.com", "joe@example.com"},
        {"a.B.c@x", "a.B.c@x", "a.b.c@x"},
        {"!#$%&'*+-/=?^_`{|}~9@x.example", "!#$%&'*+-/=?^_`{|}~9@x.example",
         "!#$%&'*+-/=?^_`{|}~9@x.example"},
        {"J\xc3\x96@b\xc3\xbc"
         "cher.example",
         "J\xc3\x96@xn--bcher-kva.example", "j\xc3\x96@xn--bcher-kva.example"},
        {"aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggg@x",
         "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggg@x",
         "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggg@x"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rs_diagnostics diagnostics = {.items = NULL};
        rs_bytes text = rs_bytes_of_string(cases[i].text);
        rs_rule rule;
        CU_ASSERT(read_text(EMAIL, RS_PERMIT, text, &rule, &diagnostics));
        CU_ASSERT(rs_bytes_equal(rule.value, rs_bytes_of_string(cases[i].permit)));
        CU_ASSERT_EQUAL(rule.kind, RS_RULE_MAILBOX);
        CU_ASSERT_EQUAL(rule.forms, 0);
        CU_ASSERT_FALSE(rule.self);
        CU_ASSERT_FALSE(rule.below);
        CU_ASSERT(read_text(EMAIL, RS_EXCLUDE, text, &rule, &diagnostics));
        CU_ASSERT(rs_bytes_equal(rule.value, rs_bytes_of_string(cases[i].exclude)));
        CU_ASSERT(diagnosed_as(&diagnostics, ""));
        rs_diagnostics_clear(&diagnostics);
    }
}

static const struct {
    unsigned forms;
    const char *text;
    const char *errors;
} wrong[] = {
    {ANY, "", "1:1: empty name; expected a host name or *\n"},
    {ANY, ".", "1:1: empty name; expected\n"},
    {ANY, "..x", "1:2: empty label in \".x\";\n"},
    {ANY, "a..b", "1:1: empty label in \"a..b\";\n"},
    {ANY, "corp.example.", "1:13: dot at the end of \"corp.example.\"; write \"corp.example\"\n"},
    {ANY, ".x.", "1:3: dot at the end of \"x.\"; write \"x\"\n"},
    /* What is proposed is not refused in its turn. */
    {ANY, "corp_example..", "1:14: dot at the end of \"corp_example..\", which is not\n"},
    {ANY, "*.x.", "1:4: dot at the end of \"*.x.\", which is not\n"},
    {ANY, "*.*.x", "1:1: \"*\" in the host name \"*.*.x\";\n"},
    {ANY, "*.corp.example",
     "1:1: \"*.corp.example\" is not a suffix; write \".corp.example\" for every name below it\n"},
    {URI, "*.x", "1:1: \"*.x\" is not a suffix; write \".x\"\n"},
    {ANY, "*.", "1:2: dot at the end of\n"},
    {ANY, ".*", "1:2: \"*\" in the host name \"*\";\n"},
    {ANY, "a*.x", "1:2: \"*\" in the host name \"a*.x\";\n"},
    {ANY, "a.*.x", "1:3: \"*\" in the host name\n"},
    {ANY, "**", "1:1: \"*\" in the host name\n"},
    {ANY, "a b", "1:2: \" \" in the host name \"a b\"; expected letters\n"},
    {ANY, "x/y", "1:2: \"/\" in the host name\n"},
    {ANY, "joe@x", "1:4: \"@\" in the host name\n"},
    {URI, "x:443", "1:2: \":\" in the host name\n"},
    {ANY, "192.0.2.1",
     "1:1: \"192.0.2.1\" is not a host name; write an address with ip:, for example "
     "ip:192.0.2.1\n"},
    {ANY, "10.0.0", "1:1: \"10.0.0\" is not a host name; write an address\n"},
    {ANY, ".192.0.2.1", "1:2: \"192.0.2.1\" is not a host name; write an address\n"},
    {URI, "192.0.2.1", "1:1: \"192.0.2.1\" is not a host name; write an address\n"},
    {ANY, "xn--abc-.example",
     "1:1: \"xn--abc-.example\" has a label xn-- that is not an A-label\n"},
    {ANY, "\xe2\x98\x83.net",
     "1:1: \"\xe2\x98\x83.net\" is not a name of IDNA 2008: IDN2_DISALLOWED\n"},
    {ANY, "b\xc3\xbc.", "1:1: dot at the end of \"xn--b-eha.\";\n"},
    {ANY, "*.b\xc3\xbc", "1:1: \"*.xn--b-eha\" is not a suffix;\n"},
    /* U+2100 maps to a/c. */
    {ANY, "\xe2\x84\x80.x", "1:1: \"/\" in the host name \"a/c.x\";\n"},
    {EMAIL, "@x", "1:1: 0 bytes before the @; expected a mailbox's name\n"},
    {EMAIL, "joe@", "1:5: empty name;\n"},
    {EMAIL, "joe@.x", "1:5: empty label in \".x\";\n"},
    {EMAIL, "joe@*", "1:5: \"*\" in the host name \"*\";\n"},
    {EMAIL, "joe@*.x", "1:5: \"*.x\" is not a suffix;\n"},
    {EMAIL, "joe@192.0.2.1", "1:5: \"192.0.2.1\" is not a host name;\n"},
    {EMAIL, "a@b@x", "1:4: \"@\" in the host name \"b@x\";\n"},
    {EMAIL, ".a@x", "1:1: \".a\" before the @ is not the name of a mailbox;\n"},
    {EMAIL, "a.@x", "1:2: \"a.\" before the @ is not the name of a mailbox;\n"},
    {EMAIL, "a..b@x", "1:3: \"a..b\" before the @ is not the name of a mailbox;\n"},
    {EMAIL, "a b@x", "1:2: \"a b\" before the @ is not the name of a mailbox;\n"},
    {EMAIL, "\"a\"@x", "1:1: \"\"a\"\" before the @ is not the name of a mailbox;\n"},
    {EMAIL, "a,b@x", "1:2: \"a,b\" before the @ is not the name of a mailbox;\n"},
    {EMAIL, "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggggg@x",
     "1:1: 65 bytes before the @; expected a mailbox's name of 1 to 64\n"},
};

static void errors_are_reported(void)
{
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        rs_diagnostics diagnostics = {.items = NULL};
        rs_rule rule;
        bool good = wrong[i].errors[0] == 0;
        CU_ASSERT_EQUAL(read_text(wrong[i].forms, RS_PERMIT, rs_bytes_of_string(wrong[i].text),
                                  &rule, &diagnostics),
                        good);
        CU_ASSERT(diagnosed_as(&diagnostics, wrong[i].errors));
        rs_diagnostics_clear(&diagnostics);
    }
}

static bool reads(const char *text, size_t n, rs_diagnostics *diagnostics)
{
    rs_rule rule;
    return read_text(ANY, RS_PERMIT, rs_bytes_make(text, n), &rule, diagnostics);
}

static void lengths_are_bounded(void)
{
    rs_diagnostics diagnostics = {.items = NULL};
    char text[1200];
    memset(text, 'a', sizeof text);
    CU_ASSERT(reads(text, 63, &diagnostics));
    CU_ASSERT_EQUAL(diagnostics.errors, 0);
    CU_ASSERT_FALSE(reads(text, 64, &diagnostics));
    for (size_t i = 50; i < sizeof text; i += 50)
        text[i] = '.';
    CU_ASSERT(reads(text, 253, &diagnostics));
    CU_ASSERT_EQUAL(diagnostics.errors, 1);
    CU_ASSERT_FALSE(reads(text, 254, &diagnostics));
    /* `.x` needs room for one more label. */
    text[0] = '.';
    CU_ASSERT(reads(text, 252, &diagnostics));
    CU_ASSERT_EQUAL(diagnostics.errors, 2);
    CU_ASSERT_FALSE(reads(text, 253, &diagnostics));
    memcpy(text, "\xc3\xbc", 2);
    CU_ASSERT_FALSE(reads(text, sizeof text, &diagnostics));
    CU_ASSERT(diagnosed_as(&diagnostics, "1:1: label over 63 bytes in \"aaa\n"
                                         "1:1: name of 254 bytes; expected at most 253\n"
                                         "1:2: name of 252 bytes; expected at most 251, as\n"
                                         "1:1: \"\xc3\xbc\n"));
    rs_diagnostics_clear(&diagnostics);
}

/* A mailbox called * is most likely a mistake. */
static void mailbox_of_a_star(void)
{
    rs_diagnostics diagnostics = {.items = NULL};
    rs_rule rule;
    CU_ASSERT(
        read_text(EMAIL, RS_PERMIT, rs_bytes_of_string("*@corp.example"), &rule, &diagnostics));
    CU_ASSERT_EQUAL(rule.kind, RS_RULE_MAILBOX);
    CU_ASSERT(diagnosed_as(&diagnostics,
                           "warning 1:1: \"*@corp.example\" is one mailbox, called *; for "
                           "every mailbox at the host write email:corp.example\n"));
    rs_diagnostics_clear(&diagnostics);
    CU_ASSERT(
        read_text(EMAIL, RS_PERMIT, rs_bytes_of_string("*x@corp.example"), &rule, &diagnostics));
    CU_ASSERT_EQUAL(diagnostics.count, 0);
    rs_diagnostics_clear(&diagnostics);
}

static CU_TestInfo tests[] = {
    {"rules_are_read", rules_are_read},           {"mailboxes_are_read", mailboxes_are_read},
    {"errors_are_reported", errors_are_reported}, {"lengths_are_bounded", lengths_are_bounded},
    {"mailbox of a star", mailbox_of_a_star},     CU_TEST_INFO_NULL,
};

RS_SUITE("host_rule", tests)
