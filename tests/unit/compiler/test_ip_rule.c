/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/ip_rule.h"

#include "lib/names/ip_address.h"
#include "tests/unit/diagnosed.h"
#include "tests/unit/suite.h"

static size_t read_text(const char *text, rs_rule rules[2], rs_diagnostics *diagnostics)
{
    static uint8_t value[RS_RULE_VALUE_MAX];
    rs_place place = {.diagnostics = diagnostics, .file = "f", .line = 1, .column = 1};
    rules[0] = (rs_rule){.kind = RS_RULE_IP, .polarity = RS_EXCLUDE, .line = 9};
    return rs_ip_rule_read(&place, rs_bytes_of_string(text), rules, value);
}

/* Whether a rule is for the addresses from first to last. */
static bool spans(const rs_rule *rule, const char *first, const char *last)
{
    rs_ip_address from, to;
    return rs_ip_address_from_text(rs_bytes_of_string(first), &from) &&
           rs_ip_address_from_text(rs_bytes_of_string(last), &to) && rule->kind == RS_RULE_IP &&
           rule->polarity == RS_EXCLUDE && rule->line == 9 && rule->value.n == 2u * from.length &&
           memcmp(rule->value.p, from.octets, from.length) == 0 &&
           memcmp(rule->value.p + from.length, to.octets, to.length) == 0;
}

static void ranges_are_read(void)
{
    static const struct {
        const char *text;
        const char *first, *last;
    } cases[] = {
        {"10.0.0.0/8", "10.0.0.0", "10.255.255.255"},
        {"0.0.0.0/0", "0.0.0.0", "255.255.255.255"},
        {"128.0.0.0/1", "128.0.0.0", "255.255.255.255"},
        {"192.0.2.128/25", "192.0.2.128", "192.0.2.255"},
        {"192.0.2.4/31", "192.0.2.4", "192.0.2.5"},
        {"192.0.2.5/32", "192.0.2.5", "192.0.2.5"},
        {"192.0.2.5", "192.0.2.5", "192.0.2.5"},
        {"172.16.0.0/12", "172.16.0.0", "172.31.255.255"},
        {"::/0", "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
        {"2001:db8::/32", "2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"},
        {"2001:db8:8000::/33", "2001:db8:8000::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"},
        {"2001:db8::5/128", "2001:db8::5", "2001:db8::5"},
        {"2001:DB8::5", "2001:db8::5", "2001:db8::5"},
        {"::/64", "::", "::ffff:ffff:ffff:ffff"},
        {"::/95", "::", "::1:ffff:ffff"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rs_diagnostics diagnostics = {.items = NULL};
        rs_rule rules[2];
        CU_ASSERT_EQUAL(read_text(cases[i].text, rules, &diagnostics), 1);
        CU_ASSERT(spans(&rules[0], cases[i].first, cases[i].last));
        CU_ASSERT(diagnosed_as(&diagnostics, ""));
        rs_diagnostics_clear(&diagnostics);
    }
}

static void star_is_both_families(void)
{
    rs_diagnostics diagnostics = {.items = NULL};
    rs_rule rules[2];
    CU_ASSERT_EQUAL(read_text("*", rules, &diagnostics), 2);
    CU_ASSERT(spans(&rules[0], "0.0.0.0", "255.255.255.255"));
    CU_ASSERT(spans(&rules[1], "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"));
    CU_ASSERT_EQUAL(diagnostics.errors, 0);
}

static void errors_are_reported(void)
{
    static const struct {
        const char *text;
        const char *errors;
    } cases[] = {
        {"", "1:1: \"\" is not an address; expected one as in ip:192.0.2.0/24\n"},
        {"/8", "1:1: \"/8\" is not an address;\n"},
        {"corp.example", "1:1: \"corp.example\" is not an address;\n"},
        {"10.0.0/8", "1:1: \"10.0.0/8\" is not an address;\n"},
        {"010.0.0.0/8", "1:1: \"010.0.0.0/8\" is not an address;\n"},
        {"[::1]", "1:1: \"[::1]\" is not an address;\n"},
        {"10.0.0.0-10.0.0.9", "1:1: \"10.0.0.0-10.0.0.9\" is not an address;\n"},
        {"**", "1:1: \"**\" is not an address;\n"},
        {"10.1.2.3/8",
         "1:1: host bits set in 10.1.2.3/8; write ip:10.0.0.0/8 for the network, ip:10.1.2.3\n"},
        {"10.0.0.1/31", "1:1: host bits set in 10.0.0.1/31; write ip:10.0.0.0/31\n"},
        {"0.0.0.1/0", "1:1: host bits set in 0.0.0.1/0; write ip:0.0.0.0/0\n"},
        {"2001:db8::1/64", "1:1: host bits set in 2001:db8::1/64; write ip:2001:db8::/64\n"},
        {"10.0.0.0/", "1:10: prefix length \"\"; expected a number from 0 to 32\n"},
        {"10.0.0.0/33", "1:10: prefix length \"33\"; expected a number from 0 to 32\n"},
        {"10.0.0.0/08", "1:10: prefix length \"08\";\n"},
        {"10.0.0.0/+8", "1:10: prefix length \"+8\";\n"},
        {"10.0.0.0/8 ", "1:10: prefix length \"8 \";\n"},
        {"10.0.0.0/8/8", "1:10: prefix length \"8/8\";\n"},
        {"10.0.0.0/255.0.0.0", "1:10: prefix length \"255.0.0.0\";\n"},
        {"::/129", "1:4: prefix length \"129\"; expected a number from 0 to 128\n"},
        {"::/4294967296", "1:4: prefix length \"4294967296\";\n"},
        {"fe80::1%eth0", "1:8: zone id; write ip:fe80::1, without what follows %\n"},
        {"fe80::%2/64", "1:7: zone id; write ip:fe80::,\n"},
        {"::ffff:10.0.0.0/104",
         "1:1: IPv4-mapped addresses are checked as IPv4; write ip:10.0.0.0/8\n"},
        {"::ffff:0.0.0.0/96",
         "1:1: IPv4-mapped addresses are checked as IPv4; write ip:0.0.0.0/0\n"},
        {"::ffff:10.0.0.1",
         "1:1: IPv4-mapped addresses are checked as IPv4; write ip:10.0.0.1/32\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rs_diagnostics diagnostics = {.items = NULL};
        rs_rule rules[2];
        CU_ASSERT_EQUAL(read_text(cases[i].text, rules, &diagnostics), 0);
        CU_ASSERT(diagnosed_as(&diagnostics, cases[i].errors));
        rs_diagnostics_clear(&diagnostics);
    }
}

static void meant_is_what_starts_as_an_address(void)
{
    static const struct {
        const char *text;
        bool meant;
    } cases[] = {
        {"10.0.0.0/8", true},
        {"10.0.0.1", true},
        {"2001:db8::/32", true},
        {"fe80::1%eth0", true},
        {"::", true},
        {"10.0.0.0/x", true},
        {"", false},
        {"corp.example", false},
        {"10.0.0", false},
        {"dns:x", false},
        {"/8", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        CU_ASSERT_EQUAL(rs_ip_rule_is_meant(rs_bytes_of_string(cases[i].text)), cases[i].meant);
}

static CU_TestInfo tests[] = {
    {"ranges_are_read", ranges_are_read},
    {"star_is_both_families", star_is_both_families},
    {"errors_are_reported", errors_are_reported},
    {"meant_is_what_starts_as_an_address", meant_is_what_starts_as_an_address},
    CU_TEST_INFO_NULL,
};

RS_SUITE("ip_rule", tests)
