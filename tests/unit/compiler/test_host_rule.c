/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/host_rule.h"

#include "tests/unit/diagnosed.h"
#include "tests/unit/suite.h"

typedef bool read_fn(const rs_place *place, rs_bytes text, rs_rule *rule, uint8_t *value);

static bool read_text(read_fn *read, rs_polarity polarity, rs_bytes text, rs_rule *rule,
                      rs_diagnostics *diagnostics)
{
    static uint8_t value[RS_RULE_VALUE_MAX];
    rs_place place = {.diagnostics = diagnostics, .file = "f", .line = 1, .column = 1};
    *rule = (rs_rule){.kind = RS_RULE_SUFFIX, .polarity = polarity, .forms = 2};
    return read(&place, text, rule, value);
}

static void rules_are_read(void)
{
    static const struct {
        read_fn *read;
        const char *text;
        bool self, below;
        const char *value;
    } cases[] = {
        {rs_host_rule_read_suffix, "corp.example", true, true, "corp.example"},
        {rs_host_rule_read_suffix, ".corp.example", false, true, "corp.example"},
        {rs_host_rule_read_suffix, "*", false, true, ""},
        {rs_host_rule_read_suffix, "Corp.EXAMPLE", true, true, "corp.example"},
        {rs_host_rule_read_suffix, "test", true, true, "test"},
        {rs_host_rule_read_suffix, "_tcp.a-b.example", true, true, "_tcp.a-b.example"},
        {rs_host_rule_read_suffix, "1.2.3.example", true, true, "1.2.3.example"},
        {rs_host_rule_read_suffix, "4.3.2.1.in-addr.arpa", true, true, "4.3.2.1.in-addr.arpa"},
        {rs_host_rule_read_suffix, "xn--bcher-kva.example", true, true, "xn--bcher-kva.example"},
        {rs_host_rule_read_suffix, "XN--Bcher-KVA.example", true, true, "xn--bcher-kva.example"},
        {rs_host_rule_read_suffix,
         ".b\xc3\xbc"
         "cher.Example",
         false, true, "xn--bcher-kva.example"},
        {rs_host_rule_read_exact, "corp.example", true, false, "corp.example"},
        {rs_host_rule_read_exact, ".corp.example", false, true, "corp.example"},
        {rs_host_rule_read_exact, "*", false, true, ""},
        {rs_host_rule_read_email, "corp.example", true, false, "corp.example"},
        {rs_host_rule_read_email, ".corp.example", false, true, "corp.example"},
        {rs_host_rule_read_email, "*", false, true, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rs_diagnostics diagnostics = {.items = NULL};
        rs_rule rule;
        CU_ASSERT(read_text(cases[i].read, RS_PERMIT, rs_bytes_of_string(cases[i].text), &rule,
                            &diagnostics));
        CU_ASSERT_EQUAL(rule.kind, RS_RULE_SUFFIX);
        CU_ASSERT_EQUAL(rule.forms, 2);
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
        CU_ASSERT(read_text(rs_host_rule_read_email, RS_PERMIT, text, &rule, &diagnostics));
        CU_ASSERT(rs_bytes_equal(rule.value, rs_bytes_of_string(cases[i].permit)));
        CU_ASSERT_EQUAL(rule.kind, RS_RULE_MAILBOX);
        CU_ASSERT_EQUAL(rule.forms, 0);
        CU_ASSERT_FALSE(rule.self);
        CU_ASSERT_FALSE(rule.below);
        CU_ASSERT(read_text(rs_host_rule_read_email, RS_EXCLUDE, text, &rule, &diagnostics));
        CU_ASSERT(rs_bytes_equal(rule.value, rs_bytes_of_string(cases[i].exclude)));
        CU_ASSERT(diagnosed_as(&diagnostics, ""));
        rs_diagnostics_clear(&diagnostics);
    }
}

static const struct {
    read_fn *read;
    const char *text;
    const char *errors;
} wrong[] = {
    {rs_host_rule_read_suffix, "", "1:1: empty name; expected a host name or *\n"},
    {rs_host_rule_read_suffix, ".", "1:1: empty name; expected\n"},
    {rs_host_rule_read_suffix, "..x", "1:2: empty label in \".x\";\n"},
    {rs_host_rule_read_suffix, "a..b", "1:1: empty label in \"a..b\";\n"},
    {rs_host_rule_read_suffix, "corp.example.",
     "1:13: dot at the end of \"corp.example.\"; write \"corp.example\"\n"},
    {rs_host_rule_read_suffix, ".x.", "1:3: dot at the end of \"x.\"; write \"x\"\n"},
    {rs_host_rule_read_suffix, "*.corp.example",
     "1:1: \"*.corp.example\" is no suffix; write \".corp.example\" for every name below it\n"},
    {rs_host_rule_read_exact, "*.x", "1:1: \"*.x\" is no suffix; write \".x\"\n"},
    {rs_host_rule_read_suffix, "*.", "1:2: dot at the end of\n"},
    {rs_host_rule_read_suffix, ".*", "1:2: \"*\" in the host name \"*\";\n"},
    {rs_host_rule_read_suffix, "a*.x", "1:2: \"*\" in the host name \"a*.x\";\n"},
    {rs_host_rule_read_suffix, "a.*.x", "1:3: \"*\" in the host name\n"},
    {rs_host_rule_read_suffix, "**", "1:1: \"*\" in the host name\n"},
    {rs_host_rule_read_suffix, "a b", "1:2: \" \" in the host name \"a b\"; expected letters\n"},
    {rs_host_rule_read_suffix, "x/y", "1:2: \"/\" in the host name\n"},
    {rs_host_rule_read_suffix, "joe@x", "1:4: \"@\" in the host name\n"},
    {rs_host_rule_read_exact, "x:443", "1:2: \":\" in the host name\n"},
    {rs_host_rule_read_suffix, "192.0.2.1",
     "1:1: \"192.0.2.1\" is no host name; an address is written ip:, as in ip:192.0.2.1\n"},
    {rs_host_rule_read_suffix, "10.0.0", "1:1: \"10.0.0\" is no host name; an address\n"},
    {rs_host_rule_read_suffix, ".192.0.2.1", "1:2: \"192.0.2.1\" is no host name; an address\n"},
    {rs_host_rule_read_exact, "192.0.2.1", "1:1: \"192.0.2.1\" is no host name; an address\n"},
    {rs_host_rule_read_suffix, "xn--abc-.example",
     "1:1: \"xn--abc-.example\" has a label xn-- that stands for no name\n"},
    {rs_host_rule_read_suffix, "\xe2\x98\x83.net",
     "1:1: \"\xe2\x98\x83.net\" is no name of IDNA 2008 (IDN2_DISALLOWED); expected one\n"},
    {rs_host_rule_read_suffix, "b\xc3\xbc.", "1:1: dot at the end of \"xn--b-eha.\";\n"},
    {rs_host_rule_read_suffix, "*.b\xc3\xbc", "1:1: \"*.xn--b-eha\" is no suffix;\n"},
    /* U+2100 maps to a/c. */
    {rs_host_rule_read_suffix, "\xe2\x84\x80.x", "1:1: \"/\" in the host name \"a/c.x\";\n"},
    {rs_host_rule_read_email, "@x", "1:1: 0 bytes before the @; expected a mailbox's name\n"},
    {rs_host_rule_read_email, "joe@", "1:5: empty name;\n"},
    {rs_host_rule_read_email, "joe@.x", "1:5: empty label in \".x\";\n"},
    {rs_host_rule_read_email, "joe@*", "1:5: \"*\" in the host name \"*\";\n"},
    {rs_host_rule_read_email, "joe@*.x", "1:5: \"*.x\" is no suffix;\n"},
    {rs_host_rule_read_email, "joe@192.0.2.1", "1:5: \"192.0.2.1\" is no host name;\n"},
    {rs_host_rule_read_email, "a@b@x", "1:4: \"@\" in the host name \"b@x\";\n"},
    {rs_host_rule_read_email, ".a@x", "1:1: \".a\" before the @ is no mailbox's name;\n"},
    {rs_host_rule_read_email, "a.@x", "1:2: \"a.\" before the @ is no mailbox's name;\n"},
    {rs_host_rule_read_email, "a..b@x", "1:3: \"a..b\" before the @ is no mailbox's name;\n"},
    {rs_host_rule_read_email, "a b@x", "1:2: \"a b\" before the @ is no mailbox's name;\n"},
    {rs_host_rule_read_email, "\"a\"@x", "1:1: \"\"a\"\" before the @ is no mailbox's name;\n"},
    {rs_host_rule_read_email, "a,b@x", "1:2: \"a,b\" before the @ is no mailbox's name;\n"},
    {rs_host_rule_read_email, "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffggggg@x",
     "1:1: 65 bytes before the @; expected a mailbox's name of 1 to 64\n"},
    {rs_host_rule_read_email, "*@x", ""},
};

static void errors_are_reported(void)
{
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        rs_diagnostics diagnostics = {.items = NULL};
        rs_rule rule;
        bool good = wrong[i].errors[0] == 0;
        CU_ASSERT_EQUAL(read_text(wrong[i].read, RS_PERMIT, rs_bytes_of_string(wrong[i].text),
                                  &rule, &diagnostics),
                        good);
        CU_ASSERT(diagnosed_as(&diagnostics, wrong[i].errors));
        rs_diagnostics_clear(&diagnostics);
    }
}

static bool reads(const char *text, size_t n, rs_diagnostics *diagnostics)
{
    rs_rule rule;
    return read_text(rs_host_rule_read_suffix, RS_PERMIT, rs_bytes_make(text, n), &rule,
                     diagnostics);
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

static CU_TestInfo tests[] = {
    {"rules_are_read", rules_are_read},
    {"mailboxes_are_read", mailboxes_are_read},
    {"errors_are_reported", errors_are_reported},
    {"lengths_are_bounded", lengths_are_bounded},
    CU_TEST_INFO_NULL,
};

RS_SUITE("host_rule", tests)
