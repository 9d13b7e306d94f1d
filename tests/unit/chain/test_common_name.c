/* SPDX-License-Identifier: Apache-2.0 */
/* commonName: part of name_check. */
#include "lib/chain/name_check.h"
#include "lib/names/der.h"

#include "tests/unit/stanza.h"
#include "tests/unit/suite.h"

#define TEXT_64   "Jo Doe, one of those whose names are long, as they are in tables"
#define TEXT_1024 TEXT_256 TEXT_256 TEXT_256 TEXT_256
#define TEXT_256  TEXT_64 TEXT_64 TEXT_64 TEXT_64

static const char corp[] = "permit corp.example";
static const char all[] = "permit *";
static const char ten[] = "permit corp.example\npermit ip:10.0.0.0/8\nexclude ip:10.1.0.0/16";
static const char people[] = "permit corp.example\npermit cn:postgres\npermit cn:\"Jo Doe\"";

static const rs_common_name_use alone = {0};
static const rs_common_name_use beside_dns = {.has_dns_name = true};
static const rs_common_name_use ignored = {.ignored = true};

static void check_row(const name_row *row, uint8_t tag, rs_common_name_use use)
{
    test_stanza s;
    stanza_open(&s, row->rules);
    rs_bytes value = exact_copy(row->name);
    rs_finding finding = rs_check_common_name(&s.stanza, tag, value, use);
    check_finding(&finding, RS_FORM_CN, row->reason, value, row->rule, row->rules);
    exact_free(value);
    stanza_close(&s);
}

static void check_rows(const name_row *rows, size_t count, uint8_t tag, rs_common_name_use use)
{
    for (size_t i = 0; i < count; i++)
        check_row(&rows[i], tag, use);
}

/* Host-like and of several labels: the same with and without a dNSName. */
static void hosts(void)
{
    static const name_row rows[] = {
        {corp, LITERAL("corp.example"), RS_REASON_PERMITTED, "corp.example"},
        {corp, LITERAL("www.Corp.Example"), RS_REASON_PERMITTED, "Corp.Example"},
        {corp, LITERAL("*.corp.example"), RS_REASON_PERMITTED, "corp.example"},
        {corp, LITERAL("a_b-.corp.example"), RS_REASON_PERMITTED, "corp.example"},
        {corp, LITERAL("corp.example."), RS_REASON_PERMITTED, "corp.example"},
        {corp, LITERAL("corp.example\0"), RS_REASON_PERMITTED, "corp.example"},
        {corp, LITERAL("corp.example.\0\0"), RS_REASON_PERMITTED, "corp.example"},
        {corp, LITERAL("evil.com"), RS_REASON_NOT_PERMITTED, ""},
        {corp, LITERAL("evil.com."), RS_REASON_NOT_PERMITTED, ""},
        {corp, LITERAL("evil.com\0"), RS_REASON_NOT_PERMITTED, ""},
        {corp, LITERAL("*.evil.com"), RS_REASON_NOT_PERMITTED, ""},
        {corp, LITERAL("a-.evil.com"), RS_REASON_NOT_PERMITTED, ""},
        {corp, LITERAL("-.evil.com"), RS_REASON_NOT_PERMITTED, ""},
        {corp, LITERAL("_a.evil.com"), RS_REASON_NOT_PERMITTED, ""},
        {"permit corp.example\nexclude hr.corp.example", LITERAL("*.corp.example"),
         RS_REASON_EXCLUDED_BELOW, "corp.example"},
        {"exclude evil.com", LITERAL("www.evil.com"), RS_REASON_EXCLUDED, "evil.com"},
        {"exclude evil.com", LITERAL("good.example"), RS_REASON_UNRESTRICTED, ""},
        {"permit dns:corp.example", LITERAL("corp.example"), RS_REASON_PERMITTED, "corp.example"},
        {"permit email:corp.example", LITERAL("corp.example"), RS_REASON_NOT_PERMITTED, ""},
        {all, LITERAL(".evil.com"), RS_REASON_EMPTY_LABEL, ""},
        {all, LITERAL("a..evil.com"), RS_REASON_EMPTY_LABEL, ""},
        {all, LITERAL("evil.com.."), RS_REASON_EMPTY_LABEL, ""},
        {all, LITERAL("evil.."), RS_REASON_EMPTY_LABEL, ""},
        {all, LITERAL("."), RS_REASON_EMPTY_NAME, ""},
        {all, LITERAL(".."), RS_REASON_EMPTY_LABEL, ""},
        {all, LITERAL("f*.evil.com"), RS_REASON_WILDCARD, ""},
        {all, LITERAL("*.*.com"), RS_REASON_WILDCARD, ""},
        {all, LITERAL("*.0.2.192"), RS_REASON_ADDRESS_TEXT, ""},
        {all,
         LITERAL("b\xc3\xbc"
                 "cher.example"),
         RS_REASON_BAD_CHARACTER, ""},
    };
    check_rows(rows, ROWS(rows), RS_DER_UTF8_STRING, alone);
    check_rows(rows, ROWS(rows), RS_DER_UTF8_STRING, beside_dns);
}

static void addresses(void)
{
    static const name_row rows[] = {
        {ten, LITERAL("10.0.0.1"), RS_REASON_PERMITTED, ""},
        {ten, LITERAL("10.0.0.1."), RS_REASON_PERMITTED, ""},
        {ten, LITERAL("10.1.0.1"), RS_REASON_EXCLUDED, ""},
        {ten, LITERAL("::ffff:10.1.0.1"), RS_REASON_EXCLUDED, ""},
        {ten, LITERAL("::ffff:10.2.0.1"), RS_REASON_PERMITTED, ""},
        {ten, LITERAL("192.0.2.1"), RS_REASON_NOT_PERMITTED, ""},
        {ten, LITERAL("2001:db8::1"), RS_REASON_NOT_PERMITTED, ""},
        {all, LITERAL("192.0.2.1"), RS_REASON_NOT_PERMITTED, ""},
        {"exclude ip:10.0.0.0/8", LITERAL("192.0.2.1"), RS_REASON_UNRESTRICTED, ""},
        {all, LITERAL("[2001:db8::1]"), RS_REASON_IGNORED, ""},
        {corp, LITERAL("10.0.0"), RS_REASON_NOT_PERMITTED, ""},
    };
    check_rows(rows, ROWS(rows), RS_DER_UTF8_STRING, alone);
    check_rows(rows, ROWS(rows), RS_DER_UTF8_STRING, beside_dns);
}

static void bare_words(void)
{
    static const name_row without_san[] = {
        {corp, LITERAL("localhost"), RS_REASON_NOT_PERMITTED, ""},
        {corp, LITERAL("localhost."), RS_REASON_NOT_PERMITTED, ""},
        {corp, LITERAL("postgres"), RS_REASON_NOT_PERMITTED, ""},
        {corp, LITERAL("*"), RS_REASON_NOT_PERMITTED, ""},
        {corp, LITERAL("xn--bcher-kva"), RS_REASON_NOT_PERMITTED, ""},
        {all, LITERAL("postgres"), RS_REASON_PERMITTED, ""},
        {"permit localhost", LITERAL("LocalHost"), RS_REASON_PERMITTED, "LocalHost"},
        {"exclude evil.com", LITERAL("postgres"), RS_REASON_UNRESTRICTED, ""},
        {all,
         LITERAL("b\xc3\xbc"
                 "cher"),
         RS_REASON_BAD_CHARACTER, ""},
        {all, LITERAL("**"), RS_REASON_WILDCARD, ""},
    };
    check_rows(without_san, ROWS(without_san), RS_DER_UTF8_STRING, alone);
    static const name_row beside_san[] = {
        {corp, LITERAL("localhost"), RS_REASON_IGNORED, ""},
        {corp, LITERAL("localhost."), RS_REASON_IGNORED, ""},
        {corp, LITERAL("a."), RS_REASON_IGNORED, ""},
        {corp,
         LITERAL("b\xc3\xbc"
                 "cher"),
         RS_REASON_IGNORED, ""},
        {people, LITERAL("postgres"), RS_REASON_PERMITTED, ""},
        {people, LITERAL("admin"), RS_REASON_NOT_PERMITTED, ""},
        {"permit corp.example\nexclude cn:admin", LITERAL("postgres"), RS_REASON_IGNORED, ""},
    };
    check_rows(beside_san, ROWS(beside_san), RS_DER_UTF8_STRING, beside_dns);
}

static void people_and_roles(void)
{
    static const name_row rows[] = {
        {people, LITERAL("postgres"), RS_REASON_PERMITTED, ""},
        {people, LITERAL("POSTGRES"), RS_REASON_PERMITTED, ""},
        {people, LITERAL("postgres\0"), RS_REASON_PERMITTED, ""},
        {people, LITERAL("jo doe"), RS_REASON_PERMITTED, ""},
        {people, LITERAL("postgres2"), RS_REASON_NOT_PERMITTED, ""},
        {people, LITERAL("postgre"), RS_REASON_NOT_PERMITTED, ""},
        {people, LITERAL("Jo  Doe"), RS_REASON_IGNORED, ""},
        {people, LITERAL("www.corp.example"), RS_REASON_PERMITTED, "corp.example"},
        {"permit cn:*", LITERAL("evil.com"), RS_REASON_PERMITTED, ""},
        {"permit cn:*", LITERAL("192.0.2.1"), RS_REASON_PERMITTED, ""},
        {"permit cn:*\nexclude cn:Root", LITERAL("rOOT"), RS_REASON_EXCLUDED, ""},
        {"permit *\nexclude cn:*", LITERAL("corp.example"), RS_REASON_EXCLUDED, ""},
        {"permit cn:evil.com\nexclude evil.com", LITERAL("evil.com"), RS_REASON_PERMITTED, ""},
        {"permit cn:root\nexclude cn:root", LITERAL("root"), RS_REASON_EXCLUDED, ""},
        {"permit cn:M\xc3\xbcller", LITERAL("m\xc3\xbcLLER"), RS_REASON_PERMITTED, ""},
    };
    check_rows(rows, ROWS(rows), RS_DER_UTF8_STRING, alone);
}

static void texts_that_name_no_host(void)
{
    static const name_row rows[] = {
        {corp, LITERAL(""), RS_REASON_IGNORED, ""},
        {corp, LITERAL("\0\0"), RS_REASON_IGNORED, ""},
        {corp, LITERAL("Jo Doe"), RS_REASON_IGNORED, ""},
        {corp, LITERAL("J\xc3\xbcrgen M\xc3\xbcller"), RS_REASON_IGNORED, ""},
        {corp, LITERAL("https://evil.com"), RS_REASON_IGNORED, ""},
        {corp, LITERAL("jo@evil.com"), RS_REASON_IGNORED, ""},
        {corp, LITERAL("evil.com:443"), RS_REASON_IGNORED, ""},
        {corp, LITERAL(TEXT_1024), RS_REASON_IGNORED, ""},
    };
    check_rows(rows, ROWS(rows), RS_DER_UTF8_STRING, alone);
    check_rows(rows, ROWS(rows), RS_DER_UTF8_STRING, beside_dns);
}

/* Denied whatever the rules and the use. */
static void malformed(void)
{
    static const name_row rows[] = {
        {"permit cn:*", LITERAL("a\0b"), RS_REASON_BAD_CHARACTER, ""},
        {"permit cn:*", LITERAL("\0b"), RS_REASON_BAD_CHARACTER, ""},
        {"permit cn:*", LITERAL("corp.example\n"), RS_REASON_BAD_CHARACTER, ""},
        {"permit cn:*", LITERAL("Jo\tDoe"), RS_REASON_BAD_CHARACTER, ""},
        {"permit cn:*", LITERAL("Jo Doe\x7f"), RS_REASON_BAD_CHARACTER, ""},
        {"permit cn:*", LITERAL("M\xfcller"), RS_REASON_UNDECODABLE, ""},
        {"permit cn:*", LITERAL(TEXT_1024 "x"), RS_REASON_UNDECODABLE, ""},
    };
    check_rows(rows, ROWS(rows), RS_DER_UTF8_STRING, alone);
    check_rows(rows, ROWS(rows), RS_DER_UTF8_STRING, ignored);
    static const name_row bits = {"permit cn:*", LITERAL("corp.example"), RS_REASON_UNDECODABLE,
                                  ""};
    check_row(&bits, RS_DER_BIT_STRING, alone);
}

static void ignored_use(void)
{
    static const name_row rows[] = {
        {corp, LITERAL("evil.com"), RS_REASON_IGNORED, ""},
        {corp, LITERAL("10.0.0.1"), RS_REASON_IGNORED, ""},
        {corp, LITERAL("localhost"), RS_REASON_IGNORED, ""},
        {"permit cn:*", LITERAL("evil.com"), RS_REASON_PERMITTED, ""},
        {"exclude cn:evil.com", LITERAL("evil.com"), RS_REASON_EXCLUDED, ""},
    };
    check_rows(rows, ROWS(rows), RS_DER_UTF8_STRING, ignored);
}

static void other_string_types(void)
{
    static const struct {
        uint8_t tag;
        name_row row;
    } rows[] = {
        {RS_DER_PRINTABLE_STRING,
         {corp, LITERAL("corp.example"), RS_REASON_PERMITTED, "corp.example"}},
        {RS_DER_IA5_STRING, {corp, LITERAL("*.evil.com"), RS_REASON_NOT_PERMITTED, ""}},
        {RS_DER_TELETEX_STRING, {corp, LITERAL("evil.com"), RS_REASON_NOT_PERMITTED, ""}},
        {RS_DER_TELETEX_STRING, {corp, LITERAL("b\xfc.corp.example"), RS_REASON_BAD_CHARACTER, ""}},
        {RS_DER_TELETEX_STRING, {"permit cn:\xc3\xbc", LITERAL("\xfc"), RS_REASON_PERMITTED, ""}},
        {RS_DER_BMP_STRING, {corp, LITERAL("\0e\0v\0.\0c\0o"), RS_REASON_NOT_PERMITTED, ""}},
        {RS_DER_BMP_STRING, {"permit ex", LITERAL("\0a\0.\0e\0x"), RS_REASON_PERMITTED, ""}},
        {RS_DER_BMP_STRING, {"permit ex", LITERAL("\0e\0x\0\0"), RS_REASON_PERMITTED, ""}},
        {RS_DER_BMP_STRING, {corp, LITERAL("\0e\0"), RS_REASON_UNDECODABLE, ""}},
        {RS_DER_UNIVERSAL_STRING,
         {"permit ex", LITERAL("\0\0\0e\0\0\0v"), RS_REASON_NOT_PERMITTED, ""}},
        {RS_DER_UNIVERSAL_STRING,
         {"permit ex", LITERAL("\0\0\0e\0\0\0x"), RS_REASON_PERMITTED, ""}},
    };
    for (size_t i = 0; i < ROWS(rows); i++)
        check_row(&rows[i].row, rows[i].tag, alone);
}

static CU_TestInfo tests[] = {
    {"hosts", hosts},
    {"addresses", addresses},
    {"bare words", bare_words},
    {"people and roles", people_and_roles},
    {"texts that name no host", texts_that_name_no_host},
    {"malformed", malformed},
    {"ignored use", ignored_use},
    {"other string types", other_string_types},
    CU_TEST_INFO_NULL,
};

RS_SUITE("common_name", tests)
