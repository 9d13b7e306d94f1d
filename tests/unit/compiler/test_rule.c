/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/rule.h"

#include "tests/unit/diagnosed.h"
#include "tests/unit/suite.h"

enum { ALL = 255 };

static uint8_t value[RS_RULE_VALUE_MAX];

/* Reads the one word of a line that starts in column 8, as after `permit`. */
static rs_word word_of(rs_lexer *lexer, const char *text, rs_diagnostics *diagnostics)
{
    static char bytes[512];
    rs_line line = {.count = 0};
    int n = snprintf(bytes, sizeof bytes, "       %s\n", text);
    rs_lexer_init(lexer, "f", rs_bytes_make(bytes, (size_t)n), diagnostics);
    CU_ASSERT_EQUAL(rs_lexer_next(lexer, &line), RS_LEXED_LINE);
    CU_ASSERT_EQUAL(line.count, 1);
    return line.words[0];
}

static size_t read_text(const char *text, rs_polarity polarity, rs_rule rules[2],
                        rs_diagnostics *diagnostics)
{
    rs_lexer lexer;
    rs_word word = word_of(&lexer, text, diagnostics);
    rs_place place = {.diagnostics = diagnostics, .file = "f", .line = 7, .column = 1};
    return rs_rule_read(&place, &word, polarity, rules, value);
}

#define STRING(s)                                                                                  \
    {                                                                                              \
        (const uint8_t *)(s), sizeof(s) - 1                                                        \
    }

static void forms_are_read(void)
{
    static const struct {
        const char *text;
        rs_rule_kind kind;
        rs_form_set forms;
        bool self, below;
        rs_bytes value;
    } cases[] = {
        {"corp.example", RS_RULE_SUFFIX, ALL, true, true, STRING("corp.example")},
        {".corp.example", RS_RULE_SUFFIX, ALL, false, true, STRING("corp.example")},
        {"*", RS_RULE_SUFFIX, ALL, false, true, STRING("")},
        {"\"corp.example\"", RS_RULE_SUFFIX, ALL, true, true, STRING("corp.example")},
        {"dns:x", RS_RULE_SUFFIX, 1 << RS_FORM_DNS, true, true, STRING("x")},
        {"dns:.x", RS_RULE_SUFFIX, 1 << RS_FORM_DNS, false, true, STRING("x")},
        {"dns:*", RS_RULE_SUFFIX, 1 << RS_FORM_DNS, false, true, STRING("")},
        {"srv:x", RS_RULE_SUFFIX, 1 << RS_FORM_SRV, true, true, STRING("x")},
        {"srv:*", RS_RULE_SUFFIX, 1 << RS_FORM_SRV, false, true, STRING("")},
        {"xmpp:x", RS_RULE_SUFFIX, 1 << RS_FORM_XMPP, true, true, STRING("x")},
        {"upn:x", RS_RULE_SUFFIX, 1 << RS_FORM_UPN, true, true, STRING("x")},
        {"upn:.x", RS_RULE_SUFFIX, 1 << RS_FORM_UPN, false, true, STRING("x")},
        {"krb5:x", RS_RULE_SUFFIX, 1 << RS_FORM_KRB5, true, true, STRING("x")},
        {"nai:.x", RS_RULE_SUFFIX, 1 << RS_FORM_NAI, false, true, STRING("x")},
        {"dns:single-label", RS_RULE_SUFFIX, 1 << RS_FORM_DNS, true, true, STRING("single-label")},
        {"\"single-label\"", RS_RULE_SUFFIX, ALL, true, true, STRING("single-label")},
        {"email:x", RS_RULE_SUFFIX, 1 << RS_FORM_EMAIL, true, false, STRING("x")},
        {"email:.x", RS_RULE_SUFFIX, 1 << RS_FORM_EMAIL, false, true, STRING("x")},
        {"email:*", RS_RULE_SUFFIX, 1 << RS_FORM_EMAIL, false, true, STRING("")},
        {"email:Joe@X", RS_RULE_MAILBOX, 0, false, false, STRING("Joe@x")},
        {"uri:x", RS_RULE_SUFFIX, 1 << RS_FORM_URI, true, false, STRING("x")},
        {"uri:.x", RS_RULE_SUFFIX, 1 << RS_FORM_URI, false, true, STRING("x")},
        {"uri:*", RS_RULE_SUFFIX, 1 << RS_FORM_URI, false, true, STRING("")},
        {"cn:John", RS_RULE_CN, 0, false, false, STRING("john")},
        {"cn:\"John Smith\"", RS_RULE_CN, 0, false, false, STRING("john smith")},
        {"cn:J\xc3\x96\\x", RS_RULE_CN, 0, false, false, STRING("j\xc3\x96\\x")},
        {"cn:*", RS_RULE_CN, 0, false, false, STRING("")},
        {"cn:**", RS_RULE_CN, 0, false, false, STRING("**")},
        {"cn:a:b", RS_RULE_CN, 0, false, false, STRING("a:b")},
        {"ip:10.0.0.0/8", RS_RULE_IP, 0, false, false, STRING("\x0a\0\0\0\x0a\xff\xff\xff")},
        {"ip:::1", RS_RULE_IP, 0, false, false,
         STRING("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1")},
        {"dirname:CN=x", RS_RULE_DIRNAME, 0, false, false,
         STRING("\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01x")},
        {"dirname:\"CN=x y\"", RS_RULE_DIRNAME, 0, false, false,
         STRING("\x31\x0c\x30\x0a\x06\x03\x55\x04\x03\x0c\x03x y")},
        {"dirname:\"CN=x\\\\,y\"", RS_RULE_DIRNAME, 0, false, false,
         STRING("\x31\x0c\x30\x0a\x06\x03\x55\x04\x03\x0c\x03x,y")},
        {"othername:1.2.3", RS_RULE_OTHERNAME, 0, false, false, STRING("\x2a\x03")},
        {"othername:1.3.6.1.5.5.7.8.11", RS_RULE_OTHERNAME, 0, false, false,
         STRING("\x2b\x06\x01\x05\x05\x07\x08\x0b")},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rs_diagnostics diagnostics = {.items = NULL};
        for (int polarity = RS_PERMIT; polarity <= RS_EXCLUDE; polarity++) {
            rs_rule rules[2] = {{.line = 0}};
            CU_ASSERT_EQUAL(read_text(cases[i].text, (rs_polarity)polarity, rules, &diagnostics),
                            1);
            CU_ASSERT_EQUAL(rules[0].kind, cases[i].kind);
            CU_ASSERT_EQUAL(rules[0].polarity, (rs_polarity)polarity);
            CU_ASSERT_EQUAL(rules[0].forms, cases[i].forms);
            CU_ASSERT_EQUAL(rules[0].self, cases[i].self);
            CU_ASSERT_EQUAL(rules[0].below, cases[i].below);
            CU_ASSERT_EQUAL(rules[0].line, 7);
            if (cases[i].kind != RS_RULE_MAILBOX)
                CU_ASSERT(rs_bytes_equal(rules[0].value, cases[i].value));
        }
        CU_ASSERT(diagnosed_as(&diagnostics, ""));
        rs_diagnostics_clear(&diagnostics);
    }
}

static void ip_star_makes_two(void)
{
    rs_diagnostics diagnostics = {.items = NULL};
    rs_rule rules[2];
    CU_ASSERT_EQUAL(read_text("ip:*", RS_EXCLUDE, rules, &diagnostics), 2);
    CU_ASSERT_EQUAL(rules[0].value.n, 8);
    CU_ASSERT_EQUAL(rules[1].value.n, 32);
    CU_ASSERT_EQUAL(rules[1].kind, RS_RULE_IP);
    CU_ASSERT_EQUAL(rules[1].polarity, RS_EXCLUDE);
    CU_ASSERT_EQUAL(rules[1].line, 7);
}

static void single_label_is_a_word_of_its_own(void)
{
    rs_diagnostics diagnostics = {.items = NULL};
    rs_rule rules[2] = {{.line = 0}};
    CU_ASSERT_EQUAL(read_text("single-label", RS_PERMIT, rules, &diagnostics), 1);
    CU_ASSERT_EQUAL(rules[0].kind, RS_RULE_SINGLE_LABEL);
    CU_ASSERT_EQUAL(rules[0].polarity, RS_PERMIT);
    CU_ASSERT_EQUAL(rules[0].line, 7);
    CU_ASSERT_EQUAL(read_text("single-label", RS_EXCLUDE, rules, &diagnostics), 0);
    CU_ASSERT(
        diagnosed_as(&diagnostics, "7:8: exclude single-label; expected permit single-label\n"));
    rs_diagnostics_clear(&diagnostics);
}

static void errors_are_reported(void)
{
    static const struct {
        const char *text;
        const char *errors;
    } cases[] = {
        {"dsn:x",
         "7:8: unknown form \"dsn:\"; expected dns:, email:, uri:, srv:, xmpp:, upn:, krb5:, nai:, "
         "cn:, ip:, dirname: or othername:\n"},
        {"DNS:x", "7:8: unknown form \"DNS:\";\n"},
        {":", "7:8: unknown form \":\";\n"},
        {":x", "7:8: unknown form \":\";\n"},
        {"https://x", "7:8: unknown form \"https:\";\n"},
        {"corp.example:443", "7:8: unknown form \"corp.example:\";\n"},
        {"10.0.0.0/8", "7:8: address without a form; write ip:10.0.0.0/8\n"},
        {"10.0.0.1", "7:8: address without a form; write ip:10.0.0.1\n"},
        {"2001:db8::/32", "7:8: address without a form; write ip:2001:db8::/32\n"},
        {"::1", "7:8: address without a form; write ip:::1\n"},
        {"fe80::1%eth0", "7:8: address without a form; write ip:fe80::1%eth0\n"},
        {"joe@x.example", "7:8: mailbox without a form; write email:joe@x.example\n"},
        {"dns:joe@x", "7:15: \"@\" in the host name \"joe@x\";\n"},
        {"dns:10.0.0.1", "7:12: \"10.0.0.1\" is not a host name; write an address with ip:\n"},
        {"*.x", "7:8: \"*.x\" is not a suffix; write \".x\"\n"},
        {"dns:*.x", "7:12: \"*.x\" is not a suffix; write \".x\"\n"},
        {"dns:", "7:12: empty name;\n"},
        {"\"\"", "7:9: empty name;\n"},
        {"\"dns:x\"", "7:12: \":\" in the host name \"dns:x\";\n"},
        {"dns:\"a b\"", "7:14: \" \" in the host name \"a b\";\n"},
        /* Where a character stands cannot be told after an escape. */
        {"\"a\\\\b\"", "7:9: \"\\\" in the host name \"a\\b\";\n"},
        {"\"a\\\"b\"", "7:9: \"\"\" in the host name \"a\"b\";\n"},
        {"email:", "7:14: empty name;\n"},
        {"email:@x", "7:14: 0 bytes before the @;\n"},
        {"uri:joe@x", "7:15: \"@\" in the host name\n"},
        {"cn:", "7:11: empty common name; expected one, or *\n"},
        {"cn:\"\"", "7:12: empty common name;\n"},
        {"ip:10.0.0.1/8", "7:11: host bits set in 10.0.0.1/8;\n"},
        {"ip:x", "7:11: \"x\" is not an address;\n"},
        {"dirname:\"\"", "7:17: \"\" in a distinguished name;\n"},
        {"dirname:*", "7:16: \"*\" in a distinguished name;\n"},
        {"dirname:\"CN=\\\\x\"", "7:17: bad escape in\n"},
        {"othername:*", "7:18: \"*\" is not an object identifier; expected numbers and dots\n"},
        {"othername:", "7:18: \"\" is not an object identifier;\n"},
        {"othername:1.3.6.1.5.5.7.8.9",
         "7:18: names of this type have a form of their own; write email:\n"},
        {"othername:1.3.6.1.5.5.7.8.7", "7:18: names of this type have a form of their own; write "
                                        "srv:\n"},
        {"othername:1.3.6.1.5.5.7.8.5", "7:18: names of this type have a form of their own; write "
                                        "xmpp:\n"},
        {"othername:1.3.6.1.4.1.311.20.2.3",
         "7:18: names of this type have a form of their own; write upn:\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rs_diagnostics diagnostics = {.items = NULL};
        rs_rule rules[2];
        CU_ASSERT_EQUAL(read_text(cases[i].text, RS_PERMIT, rules, &diagnostics), 0);
        CU_ASSERT(diagnosed_as(&diagnostics, cases[i].errors));
        rs_diagnostics_clear(&diagnostics);
    }
}

static void organizations_are_folded(void)
{
    static const struct {
        const char *text;
        const char *folded;
    } cases[] = {
        {"\"Acme Inc\"", "acme inc"},
        {"Acme", "acme"},
        {"\"  Acme   Inc  \"", "acme inc"},
        {"\"\xc3\x96 AG\"", "\xc3\x96 ag"},
        {"a:b", "a:b"},
        {"*", "*"},
        {"\"\"", NULL},
        {"\"   \"", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rs_diagnostics diagnostics = {.items = NULL};
        rs_lexer lexer;
        rs_rule rule;
        rs_word word = word_of(&lexer, cases[i].text, &diagnostics);
        rs_place place = {.diagnostics = &diagnostics, .file = "f", .line = 7, .column = 1};
        bool good = cases[i].folded != NULL;
        CU_ASSERT_EQUAL(rs_rule_read_organization(&place, &word, &rule, value), good ? 1 : 0);
        CU_ASSERT(diagnosed_as(&diagnostics, good ? "" : "7:9: empty organization;\n"));
        rs_diagnostics_clear(&diagnostics);
        if (!good)
            continue;
        CU_ASSERT_EQUAL(rule.kind, RS_RULE_ORGANIZATION);
        CU_ASSERT_EQUAL(rule.polarity, RS_PERMIT);
        CU_ASSERT_EQUAL(rule.line, 7);
        CU_ASSERT(rs_bytes_equal(rule.value, rs_bytes_of_string(cases[i].folded)));
    }
}

static CU_TestInfo tests[] = {
    {"forms_are_read", forms_are_read},
    {"ip_star_makes_two", ip_star_makes_two},
    {"single_label_is_a_word_of_its_own", single_label_is_a_word_of_its_own},
    {"errors_are_reported", errors_are_reported},
    {"organizations_are_folded", organizations_are_folded},
    CU_TEST_INFO_NULL,
};

RS_SUITE("rule", tests)
