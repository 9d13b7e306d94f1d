/* SPDX-License-Identifier: Apache-2.0 */
/* Hosts, addresses and URIs; the other forms have suites of their own. */
#include "lib/chain/name_check.h"

#include "tests/unit/stanza.h"
#include "tests/unit/suite.h"

#define LABEL_21 "abcdefghijklmnopqrstu"
#define LABEL_63 LABEL_21 LABEL_21 LABEL_21
#define NAME_267 LABEL_63 "." LABEL_63 "." LABEL_63 "." LABEL_63 ".example.com"

static const char corp[] = "permit corp.example";
static const char below[] = "permit .lab.example";
static const char hole[] = "permit corp.example\nexclude hr.corp.example";
static const char blacklist[] = "exclude evil.example";
static const char all_hosts[] = "permit *";
static const char most[] = "permit *\nexclude evil.example";
static const char everything[] = "permit *\npermit ip:*";
static const char words[] = "permit corp.example\npermit single-label\nexclude localhost";

static rs_finding check_uri(const rs_stanza *stanza, rs_bytes name)
{
    return rs_check_host_bearing(stanza, RS_FORM_URI, name);
}

/* Where a set cannot be read nothing is permitted, whatever rules are above or beside it. */
static void names_in_a_damaged_set(void)
{
    test_stanza s;
    rs_suffix_trail trail = {.size = 0};
    stanza_open(&s, "permit *\npermit single-label\nexclude evil.example");
    for (unsigned form = 0; form < RS_HOST_FORMS; form++)
        s.stanza.hosts[form].entries_size = 0;
    CU_ASSERT_FALSE(rs_check_dns_permits(&s.stanza, rs_bytes_of_string("evil.example"), &trail));
    CU_ASSERT_EQUAL(rs_check_dns(&s.stanza, rs_bytes_of_string("evil.example")).verdict,
                    RS_MALFORMED);
    CU_ASSERT_EQUAL(rs_check_dns(&s.stanza, rs_bytes_of_string("example")).verdict, RS_MALFORMED);
    CU_ASSERT_EQUAL(rs_check_email(&s.stanza, rs_bytes_of_string("a@evil.example")).verdict,
                    RS_MALFORMED);
    CU_ASSERT_EQUAL(check_uri(&s.stanza, rs_bytes_of_string("https://evil.example")).verdict,
                    RS_MALFORMED);
    stanza_close(&s);
}

static void dns_names(void)
{
    static const name_row rows[] = {
        {corp, LITERAL("corp.example"), RS_REASON_PERMITTED, "corp.example"},
        {corp, LITERAL("www.corp.example"), RS_REASON_PERMITTED, "corp.example"},
        {corp, LITERAL("a.b.CORP.Example"), RS_REASON_PERMITTED, "CORP.Example"},
        {corp, LITERAL("www.corp.example."), RS_REASON_PERMITTED, "corp.example"},
        {corp, LITERAL("_x.corp.example"), RS_REASON_PERMITTED, "corp.example"},
        {corp, LITERAL("notcorp.example"), RS_REASON_NOT_PERMITTED, ""},
        {corp, LITERAL("example"), RS_REASON_NOT_PERMITTED, ""},
        {corp, LITERAL("corp.example.evil"), RS_REASON_NOT_PERMITTED, ""},
        {corp, LITERAL("localhost"), RS_REASON_NOT_PERMITTED, ""},
        {below, LITERAL("a.lab.example"), RS_REASON_PERMITTED, "lab.example"},
        {below, LITERAL("lab.example"), RS_REASON_NOT_PERMITTED, ""},
        {hole, LITERAL("hr.corp.example"), RS_REASON_EXCLUDED, "hr.corp.example"},
        {hole, LITERAL("pay.hr.corp.example"), RS_REASON_EXCLUDED, "hr.corp.example"},
        {hole, LITERAL("www.corp.example"), RS_REASON_PERMITTED, "corp.example"},
        {"exclude corp.example\npermit www.corp.example", LITERAL("www.corp.example"),
         RS_REASON_EXCLUDED, "corp.example"},
        {blacklist, LITERAL("evil.example"), RS_REASON_EXCLUDED, "evil.example"},
        {blacklist, LITERAL("good.example"), RS_REASON_UNRESTRICTED, ""},
        {"", LITERAL("good.example"), RS_REASON_UNRESTRICTED, ""},
        {"organization \"X\"", LITERAL("good.example"), RS_REASON_UNRESTRICTED, ""},
        {all_hosts, LITERAL("good.example"), RS_REASON_PERMITTED, ""},
        {"permit *\nexclude evil.example", LITERAL("x.evil.example"), RS_REASON_EXCLUDED,
         "evil.example"},
        {"permit dns:corp.example", LITERAL("corp.example"), RS_REASON_PERMITTED, "corp.example"},
        {"permit email:corp.example", LITERAL("corp.example"), RS_REASON_NOT_PERMITTED, ""},
        {"permit ip:*", LITERAL("corp.example"), RS_REASON_NOT_PERMITTED, ""},
        {"permit cn:x", LITERAL("corp.example"), RS_REASON_NOT_PERMITTED, ""},
        {"permit dirname:O=x", LITERAL("corp.example"), RS_REASON_NOT_PERMITTED, ""},
        {"permit othername:1.2.3", LITERAL("corp.example"), RS_REASON_NOT_PERMITTED, ""},
    };
    check_name_rows(rows, ROWS(rows), RS_FORM_DNS, rs_check_dns);
}

static void dns_wildcards(void)
{
    static const name_row rows[] = {
        {corp, LITERAL("*.corp.example"), RS_REASON_PERMITTED, "corp.example"},
        {corp, LITERAL("*.www.corp.example"), RS_REASON_PERMITTED, "corp.example"},
        {corp, LITERAL("*.example"), RS_REASON_NOT_PERMITTED, ""},
        {corp, LITERAL("*"), RS_REASON_NOT_PERMITTED, ""},
        {below, LITERAL("*.lab.example"), RS_REASON_PERMITTED, "lab.example"},
        {below, LITERAL("*.LAB.example."), RS_REASON_PERMITTED, "LAB.example"},
        {"permit a.corp.example\npermit b.corp.example", LITERAL("*.corp.example"),
         RS_REASON_NOT_PERMITTED, ""},
        {hole, LITERAL("*.corp.example"), RS_REASON_EXCLUDED_BELOW, "corp.example"},
        {hole, LITERAL("*.hr.corp.example"), RS_REASON_EXCLUDED, "hr.corp.example"},
        {hole, LITERAL("*.pay.hr.corp.example"), RS_REASON_EXCLUDED, "hr.corp.example"},
        {hole, LITERAL("*.www.corp.example"), RS_REASON_PERMITTED, "corp.example"},
        {blacklist, LITERAL("*.example"), RS_REASON_EXCLUDED_BELOW, "example"},
        {blacklist, LITERAL("*"), RS_REASON_EXCLUDED_BELOW, ""},
        {blacklist, LITERAL("*.good.example"), RS_REASON_UNRESTRICTED, ""},
        {all_hosts, LITERAL("*.com"), RS_REASON_PERMITTED, ""},
        {all_hosts, LITERAL("*"), RS_REASON_PERMITTED, ""},
        {"exclude *", LITERAL("*"), RS_REASON_EXCLUDED, ""},
    };
    check_name_rows(rows, ROWS(rows), RS_FORM_DNS, rs_check_dns);
}

/* Denied though nearly every name is permitted. */
static void malformed_dns_names(void)
{
    static const name_row rows[] = {
        {most, LITERAL(""), RS_REASON_EMPTY_NAME, ""},
        {most, LITERAL(".example.com"), RS_REASON_EMPTY_LABEL, ""},
        {most, LITERAL("a..example.com"), RS_REASON_EMPTY_LABEL, ""},
        {most, LITERAL("example.com.."), RS_REASON_EMPTY_LABEL, ""},
        {most, LITERAL("a\0.example.com"), RS_REASON_BAD_CHARACTER, ""},
        {most, LITERAL("a b.example.com"), RS_REASON_BAD_CHARACTER, ""},
        {most, LITERAL("example.com\n"), RS_REASON_BAD_CHARACTER, ""},
        {most, LITERAL("b\xc3\xbc.example.com"), RS_REASON_BAD_CHARACTER, ""},
        {most, LITERAL(LABEL_63 "x.com"), RS_REASON_LONG_LABEL, ""},
        {most, LITERAL(NAME_267), RS_REASON_LONG_NAME, ""},
        {most, LITERAL("127.1"), RS_REASON_ADDRESS_TEXT, ""},
        {most, LITERAL("0x7f.1"), RS_REASON_ADDRESS_TEXT, ""},
        {most, LITERAL("www.0X7F."), RS_REASON_ADDRESS_TEXT, ""},
        {most, LITERAL("2130706433"), RS_REASON_ADDRESS_TEXT, ""},
        {most, LITERAL("*.0.2.192"), RS_REASON_ADDRESS_TEXT, ""},
        {most, LITERAL("f*.example.com"), RS_REASON_WILDCARD, ""},
        {most, LITERAL("x.*.example.com"), RS_REASON_WILDCARD, ""},
        {blacklist, LITERAL("x.*.example.com"), RS_REASON_WILDCARD, ""},
        {words, LITERAL("2130706433"), RS_REASON_ADDRESS_TEXT, ""},
    };
    check_name_rows(rows, ROWS(rows), RS_FORM_DNS, rs_check_dns);
}

/* What a stanza does not restrict it does not read. */
static void unread_dns_names(void)
{
    static const name_row rows[] = {
        {everything, LITERAL("a..b"), RS_REASON_PERMITTED, ""},
        {everything, LITERAL("127.1"), RS_REASON_PERMITTED, ""},
        {everything, LITERAL(""), RS_REASON_PERMITTED, ""},
        {all_hosts, LITERAL("a..b"), RS_REASON_PERMITTED, ""},
        {all_hosts, LITERAL("127.1"), RS_REASON_ADDRESS_TEXT, ""},
        {"permit dns:*", LITERAL("a..b"), RS_REASON_PERMITTED, ""},
        {"permit dns:*\nexclude dns:x", LITERAL("a..b"), RS_REASON_EMPTY_LABEL, ""},
        {"permit dns:*\nexclude email:x", LITERAL("a..b"), RS_REASON_PERMITTED, ""},
        {"exclude email:x", LITERAL("a..b"), RS_REASON_UNRESTRICTED, ""},
        {"exclude dns:x", LITERAL("127.1"), RS_REASON_ADDRESS_TEXT, ""},
        {"exclude ip:10.0.0.0/8", LITERAL("127.1"), RS_REASON_ADDRESS_TEXT, ""},
        {"organization \"X\"", LITERAL("a..b"), RS_REASON_UNRESTRICTED, ""},
        {"", LITERAL("x.*.example.com"), RS_REASON_UNRESTRICTED, ""},
    };
    check_name_rows(rows, ROWS(rows), RS_FORM_DNS, rs_check_dns);
}

static void dns_names_that_are_addresses(void)
{
    static const char ten[] = "permit corp.example\npermit ip:10.0.0.0/8\nexclude ip:10.1.0.0/16";
    static const name_row rows[] = {
        {ten, LITERAL("10.0.0.1"), RS_REASON_PERMITTED, ""},
        {ten, LITERAL("10.0.0.1."), RS_REASON_PERMITTED, ""},
        {ten, LITERAL("::ffff:10.0.0.1"), RS_REASON_PERMITTED, ""},
        {ten, LITERAL("10.1.0.1"), RS_REASON_EXCLUDED, ""},
        {ten, LITERAL("192.0.2.1"), RS_REASON_NOT_PERMITTED, ""},
        {ten, LITERAL("2001:db8::1"), RS_REASON_NOT_PERMITTED, ""},
        {all_hosts, LITERAL("192.0.2.1"), RS_REASON_NOT_PERMITTED, ""},
        {blacklist, LITERAL("192.0.2.1"), RS_REASON_UNRESTRICTED, ""},
        {everything, LITERAL("192.0.2.1"), RS_REASON_PERMITTED, ""},
    };
    check_name_rows(rows, ROWS(rows), RS_FORM_DNS, rs_check_dns);
}

static void single_labels(void)
{
    static const name_row rows[] = {
        {words, LITERAL("srv01"), RS_REASON_PERMITTED, ""},
        {words, LITERAL("srv01."), RS_REASON_PERMITTED, ""},
        {words, LITERAL("LocalHost"), RS_REASON_EXCLUDED, "LocalHost"},
        {words, LITERAL("srv01.corp.example"), RS_REASON_PERMITTED, "corp.example"},
        {words, LITERAL("srv01.example"), RS_REASON_NOT_PERMITTED, ""},
        {words, LITERAL("*"), RS_REASON_EXCLUDED_BELOW, ""},
        {"permit single-label", LITERAL("*"), RS_REASON_NOT_PERMITTED, ""},
        {"permit single-label", LITERAL("*.srv01"), RS_REASON_NOT_PERMITTED, ""},
        {"permit dns:single-label", LITERAL("srv01"), RS_REASON_NOT_PERMITTED, ""},
    };
    check_name_rows(rows, ROWS(rows), RS_FORM_DNS, rs_check_dns);
    check_name_rows(rows, ROWS(rows), RS_FORM_DNS, rs_check_reference_host);
    static const name_row uris[] = {{words, LITERAL("x://srv01"), RS_REASON_NOT_PERMITTED, ""}};
    check_name_rows(uris, ROWS(uris), RS_FORM_URI, check_uri);
}

#define MAPPED "\0\0\0\0\0\0\0\0\0\0\xff\xff"
#define ZERO_8 "\0\0\0\0\0\0\0\0"

static void ip_addresses(void)
{
    static const char ten[] = "permit ip:10.0.0.0/8\nexclude ip:10.1.0.0/16";
    static const char six[] = "permit ip:2001:db8::/32\nexclude ip:2001:db8:1::/48";
    static const name_row rows[] = {
        {ten, LITERAL("\x0a\0\0\0"), RS_REASON_PERMITTED, ""},
        {ten, LITERAL("\x0a\xff\xff\xff"), RS_REASON_PERMITTED, ""},
        {ten, LITERAL("\x0a\x01\0\0"), RS_REASON_EXCLUDED, ""},
        {ten, LITERAL("\x0b\0\0\0"), RS_REASON_NOT_PERMITTED, ""},
        {ten, LITERAL("\x09\xff\xff\xff"), RS_REASON_NOT_PERMITTED, ""},
        {ten, LITERAL(MAPPED "\x0a\0\0\x01"), RS_REASON_PERMITTED, ""},
        {ten, LITERAL(MAPPED "\x0a\x01\0\x01"), RS_REASON_EXCLUDED, ""},
        {ten, LITERAL(ZERO_8 ZERO_8), RS_REASON_NOT_PERMITTED, ""},
        {six, LITERAL("\x20\x01\x0d\xb8\0\0\0\0" ZERO_8), RS_REASON_PERMITTED, ""},
        {six, LITERAL("\x20\x01\x0d\xb8\0\x01\0\0" ZERO_8), RS_REASON_EXCLUDED, ""},
        {six, LITERAL("\x20\x01\x0d\xb9\0\0\0\0" ZERO_8), RS_REASON_NOT_PERMITTED, ""},
        {six, LITERAL("\x20\x01\x0d\xb8"), RS_REASON_NOT_PERMITTED, ""},
        {corp, LITERAL("\x0a\0\0\x01"), RS_REASON_NOT_PERMITTED, ""},
        {blacklist, LITERAL("\x0a\0\0\x01"), RS_REASON_UNRESTRICTED, ""},
        {"exclude ip:10.0.0.0/8", LITERAL("\x0a\0\0\x01"), RS_REASON_EXCLUDED, ""},
        {"exclude ip:10.0.0.0/8", LITERAL("\x0b\0\0\x01"), RS_REASON_UNRESTRICTED, ""},
        {"exclude ip:*", LITERAL(ZERO_8 ZERO_8), RS_REASON_EXCLUDED, ""},
        {"permit ip:*", LITERAL("\x0a\0\0\x01"), RS_REASON_PERMITTED, ""},
        {ten, LITERAL(""), RS_REASON_ADDRESS_SIZE, ""},
        {ten, LITERAL("\x0a\0\0"), RS_REASON_ADDRESS_SIZE, ""},
        {ten, LITERAL("\x0a\0\0\0\0"), RS_REASON_ADDRESS_SIZE, ""},
        {ten, LITERAL(ZERO_8), RS_REASON_ADDRESS_SIZE, ""},
        {ten, LITERAL(ZERO_8 ZERO_8 "\0"), RS_REASON_ADDRESS_SIZE, ""},
        {"permit ip:0.0.0.0/0", LITERAL("\x0a\0\0"), RS_REASON_ADDRESS_SIZE, ""},
        {"permit ip:*\nexclude ip:::1", LITERAL("\x0a\0\0"), RS_REASON_ADDRESS_SIZE, ""},
        {"permit ip:*", LITERAL("\x0a\0\0"), RS_REASON_PERMITTED, ""},
        {blacklist, LITERAL("\x0a\0\0"), RS_REASON_UNRESTRICTED, ""},
    };
    check_name_rows(rows, ROWS(rows), RS_FORM_IP, rs_check_ip);
}

static void uris(void)
{
    static const name_row rows[] = {
        {corp, LITERAL("https://www.corp.example/x"), RS_REASON_PERMITTED, "corp.example"},
        {corp, LITERAL("https://u@corp.example:8443/"), RS_REASON_PERMITTED, "corp.example"},
        {corp, LITERAL("spiffe://Corp.Example/w"), RS_REASON_PERMITTED, "Corp.Example"},
        {corp, LITERAL("https://evil.example/"), RS_REASON_NOT_PERMITTED, ""},
        {corp, LITERAL("https://corp.example@evil.example/"), RS_REASON_NOT_PERMITTED, ""},
        {corp, LITERAL("sip:bob@evil.example"), RS_REASON_NOT_PERMITTED, ""},
        {corp, LITERAL("urn:uuid:0"), RS_REASON_IGNORED, ""},
        {corp, LITERAL("urn:PLC1:Acme OPC Server"), RS_REASON_IGNORED, ""},
        {all_hosts, LITERAL("https://a..b/"), RS_REASON_PERMITTED, ""},
        {"exclude dns:x", LITERAL("https://a..b/"), RS_REASON_UNRESTRICTED, ""},
        {corp, LITERAL("https://127.1/"), RS_REASON_ADDRESS_TEXT, ""},
        {corp, LITERAL("https://corp.example\\@evil.example/"), RS_REASON_BAD_AUTHORITY, ""},
        {corp, LITERAL("https://192.0.2.1/"), RS_REASON_ADDRESS_TEXT, ""},
        {corp, LITERAL("https://*.corp.example/"), RS_REASON_WILDCARD, ""},
        {corp, LITERAL("https://a..corp.example/"), RS_REASON_EMPTY_LABEL, ""},
        {corp, LITERAL(""), RS_REASON_EMPTY_NAME, ""},
        {hole, LITERAL("https://hr.corp.example/"), RS_REASON_EXCLUDED, "hr.corp.example"},
        {blacklist, LITERAL("https://good.example/"), RS_REASON_UNRESTRICTED, ""},
        {"permit uri:corp.example", LITERAL("x://corp.example"), RS_REASON_PERMITTED,
         "corp.example"},
        {"permit uri:corp.example", LITERAL("x://www.corp.example"), RS_REASON_NOT_PERMITTED, ""},
        {"permit uri:.corp.example", LITERAL("x://www.corp.example"), RS_REASON_PERMITTED,
         "corp.example"},
        {"permit dns:corp.example", LITERAL("x://corp.example"), RS_REASON_NOT_PERMITTED, ""},
    };
    check_name_rows(rows, ROWS(rows), RS_FORM_URI, check_uri);
}

static void reference_hosts(void)
{
    static const name_row rows[] = {
        {corp, LITERAL("www.corp.example"), RS_REASON_PERMITTED, "corp.example"},
        {corp, LITERAL("www.corp.example."), RS_REASON_PERMITTED, "corp.example"},
        {corp, LITERAL("evil.example"), RS_REASON_NOT_PERMITTED, ""},
        {corp, LITERAL(".corp.example"), RS_REASON_PERMITTED, "corp.example"},
        {corp, LITERAL(".example"), RS_REASON_NOT_PERMITTED, ""},
        {below, LITERAL(".lab.example"), RS_REASON_PERMITTED, "lab.example"},
        {below, LITERAL("lab.example"), RS_REASON_NOT_PERMITTED, ""},
        {hole, LITERAL(".corp.example"), RS_REASON_EXCLUDED_BELOW, "corp.example"},
        {corp, LITERAL("*.corp.example"), RS_REASON_PERMITTED, "corp.example"},
        {corp, LITERAL(".*.corp.example"), RS_REASON_PERMITTED, "corp.example"},
        {all_hosts, LITERAL("..x"), RS_REASON_PERMITTED, ""},
        {corp, LITERAL("."), RS_REASON_EMPTY_NAME, ""},
        {corp, LITERAL(""), RS_REASON_EMPTY_NAME, ""},
        {corp, LITERAL("..corp.example"), RS_REASON_EMPTY_LABEL, ""},
        {corp, LITERAL("b\xc3\xbc.corp.example"), RS_REASON_BAD_CHARACTER, ""},
    };
    check_name_rows(rows, ROWS(rows), RS_FORM_DNS, rs_check_reference_host);
    static const name_row addresses[] = {
        {corp, LITERAL("10.0.0.1"), RS_REASON_NOT_PERMITTED, ""},
        {"permit ip:10.0.0.0/8", LITERAL("10.0.0.1"), RS_REASON_PERMITTED, ""},
        {"permit ip:10.0.0.0/8", LITERAL("::ffff:10.0.0.1"), RS_REASON_PERMITTED, ""},
        {"exclude ip:*", LITERAL("::1"), RS_REASON_EXCLUDED, ""},
    };
    check_name_rows(addresses, ROWS(addresses), RS_FORM_DNS, rs_check_reference_host);
}

static void reference_addresses(void)
{
    static const name_row rows[] = {
        {"permit ip:10.0.0.0/8", LITERAL("10.0.0.1"), RS_REASON_PERMITTED, ""},
        {"permit ip:10.0.0.0/8", LITERAL("::ffff:a00:1"), RS_REASON_PERMITTED, ""},
        {"permit ip:10.0.0.0/8", LITERAL("11.0.0.1"), RS_REASON_NOT_PERMITTED, ""},
        {"exclude ip:10.0.0.0/8", LITERAL("10.0.0.1"), RS_REASON_EXCLUDED, ""},
        {"exclude ip:10.0.0.0/8", LITERAL("2001:db8::1"), RS_REASON_UNRESTRICTED, ""},
        {"permit ip:*", LITERAL("10.0.0"), RS_REASON_UNDECODABLE, ""},
        {"permit ip:*", LITERAL("corp.example"), RS_REASON_UNDECODABLE, ""},
        {"permit ip:*", LITERAL(""), RS_REASON_UNDECODABLE, ""},
    };
    check_name_rows(rows, ROWS(rows), RS_FORM_IP, rs_check_reference_ip);
}

static CU_TestInfo tests[] = {
    {"DNS names", dns_names},
    {"DNS wildcards", dns_wildcards},
    {"malformed DNS names", malformed_dns_names},
    {"unread DNS names", unread_dns_names},
    {"DNS names that are addresses", dns_names_that_are_addresses},
    {"single labels", single_labels},
    {"IP addresses", ip_addresses},
    {"URIs", uris},
    {"reference hosts", reference_hosts},
    {"reference addresses", reference_addresses},
    {"names in a damaged set", names_in_a_damaged_set},
    CU_TEST_INFO_NULL,
};

RS_SUITE("name_check", tests)
