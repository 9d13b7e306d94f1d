/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/chain/common_name.h"
#include "lib/names/der.h"

#include "tests/unit/stanza.h"
#include "tests/unit/suite.h"

#define TEXT_64   "Jo Doe, one of those whose names are long, as they are in tables"
#define WORD_64   "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define TEXT_1024 TEXT_256 TEXT_256 TEXT_256 TEXT_256
#define TEXT_256  TEXT_64 TEXT_64 TEXT_64 TEXT_64

static const char corp[] = "permit corp.example";
static const char most[] = "permit *\nexclude evil.example";
static const char everything[] = "permit *\npermit ip:*";
static const char ten[] = "permit corp.example\npermit ip:10.0.0.0/8\nexclude ip:10.1.0.0/16";
static const char people[] = "permit corp.example\npermit cn:postgres\npermit cn:\"Jo Doe\"";
static const char words[] = "permit corp.example\npermit single-label\nexclude localhost";
static const char any[] = "permit corp.example\npermit cn:*\nexclude cn:root\nexclude dns:secret";

static const rs_common_name_use peer = {0};
static const rs_common_name_use ignored = {.ignored = true};
static const rs_common_name_use issuer = {.is_issuer = true};

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
        {corp, LITERAL("*"), RS_REASON_NOT_PERMITTED, ""},
        {corp, LITERAL("a-.evil.com"), RS_REASON_NOT_PERMITTED, ""},
        {corp, LITERAL("-.evil.com"), RS_REASON_NOT_PERMITTED, ""},
        {corp, LITERAL("_a.evil.com"), RS_REASON_NOT_PERMITTED, ""},
        {"permit corp.example\nexclude hr.corp.example", LITERAL("*.corp.example"),
         RS_REASON_EXCLUDED_BELOW, "corp.example"},
        {"exclude evil.com", LITERAL("www.evil.com"), RS_REASON_EXCLUDED, "evil.com"},
        {"exclude evil.com", LITERAL("good.example"), RS_REASON_UNRESTRICTED, ""},
        {"permit dns:corp.example", LITERAL("corp.example"), RS_REASON_PERMITTED, "corp.example"},
        {"permit email:corp.example", LITERAL("corp.example"), RS_REASON_NOT_PERMITTED, ""},
        {most, LITERAL(".evil.com"), RS_REASON_EMPTY_LABEL, ""},
        {most, LITERAL("a..evil.com"), RS_REASON_EMPTY_LABEL, ""},
        {most, LITERAL("evil.com.."), RS_REASON_EMPTY_LABEL, ""},
        {most, LITERAL("evil.."), RS_REASON_EMPTY_LABEL, ""},
        {most, LITERAL("."), RS_REASON_EMPTY_NAME, ""},
        {most, LITERAL(".."), RS_REASON_EMPTY_LABEL, ""},
        {most, LITERAL("f*.evil.com"), RS_REASON_WILDCARD, ""},
        {most, LITERAL("*.*.com"), RS_REASON_WILDCARD, ""},
        {most, LITERAL("**"), RS_REASON_WILDCARD, ""},
        {most, LITERAL("*.0.2.192"), RS_REASON_ADDRESS_TEXT, ""},
        {most, LITERAL("127.1"), RS_REASON_ADDRESS_TEXT, ""},
    };
    check_rows(rows, ROWS(rows), RS_DER_UTF8_STRING, peer);
}

static void addresses(void)
{
    static const name_row rows[] = {
        {ten, LITERAL("10.0.0.1"), RS_REASON_PERMITTED, ""},
        {ten, LITERAL("10.0.0.1."), RS_REASON_PERMITTED, ""},
        {ten, LITERAL("10.1.0.1"), RS_REASON_EXCLUDED, ""},
        {ten, LITERAL("::ffff:10.1.0.1"), RS_REASON_EXCLUDED, ""},
        {ten, LITERAL("::ffff:10.2.0.1"), RS_REASON_PERMITTED, ""},
        {ten, LITERAL("::ffff:10.2.0.1."), RS_REASON_PERMITTED, ""},
        {ten, LITERAL("192.0.2.1"), RS_REASON_NOT_PERMITTED, ""},
        {ten, LITERAL("2001:db8::1"), RS_REASON_NOT_PERMITTED, ""},
        {most, LITERAL("192.0.2.1"), RS_REASON_NOT_PERMITTED, ""},
        {"exclude ip:10.0.0.0/8", LITERAL("192.0.2.1"), RS_REASON_UNRESTRICTED, ""},
        {corp, LITERAL("10.0.0"), RS_REASON_ADDRESS_TEXT, ""},
        {"exclude ip:10.0.0.0/8", LITERAL("10.1"), RS_REASON_ADDRESS_TEXT, ""},
    };
    check_rows(rows, ROWS(rows), RS_DER_UTF8_STRING, peer);
}

static void mailboxes(void)
{
    static const char bob[] = "permit email:bob@corp.example\nexclude email:eve@corp.example";
    static const name_row rows[] = {
        {corp, LITERAL("bob@corp.example"), RS_REASON_PERMITTED, "corp.example"},
        {corp, LITERAL("bob@corp.example\0"), RS_REASON_PERMITTED, "corp.example"},
        {corp, LITERAL("j\xc3\xbcrgen@corp.example"), RS_REASON_PERMITTED, "corp.example"},
        {corp, LITERAL("bob@evil.com"), RS_REASON_NOT_PERMITTED, ""},
        {corp, LITERAL("j\xc3\xbcrgen@evil.com"), RS_REASON_NOT_PERMITTED, ""},
        {corp, LITERAL("bob@localhost"), RS_REASON_NOT_PERMITTED, ""},
        {"permit dns:corp.example", LITERAL("bob@corp.example"), RS_REASON_NOT_PERMITTED, ""},
        {"permit cn:alice", LITERAL("bob@evil.com"), RS_REASON_NOT_PERMITTED, ""},
        {"permit cn:Bob@evil.com", LITERAL("bob@EVIL.com"), RS_REASON_PERMITTED, ""},
        {any, LITERAL("bob@evil.com"), RS_REASON_NOT_PERMITTED, ""},
        {bob, LITERAL("bob@corp.example"), RS_REASON_PERMITTED, ""},
        {bob, LITERAL("Bob@corp.example"), RS_REASON_NOT_PERMITTED, ""},
        {bob, LITERAL("EVE@corp.example"), RS_REASON_EXCLUDED, ""},
        {"permit *\nexclude email:evil.com", LITERAL("bob@evil.com"), RS_REASON_EXCLUDED,
         "evil.com"},
        {"exclude email:x", LITERAL("a@b@c"), RS_REASON_BAD_MAILBOX, ""},
        {corp, LITERAL("a@b@corp.example"), RS_REASON_BAD_MAILBOX, ""},
        {corp, LITERAL("@corp.example"), RS_REASON_BAD_MAILBOX, ""},
        {corp, LITERAL("a@192.0.2.1"), RS_REASON_ADDRESS_TEXT, ""},
        {corp, LITERAL("a@*.corp.example"), RS_REASON_WILDCARD, ""},
        {corp, LITERAL("Bob <bob@evil.com>"), RS_REASON_IGNORED, ""},
        {"permit dns:corp.example\npermit email:*", LITERAL("a@b@c"), RS_REASON_PERMITTED, ""},
    };
    check_rows(rows, ROWS(rows), RS_DER_UTF8_STRING, peer);
}

static void bare_words(void)
{
    static const name_row rows[] = {
        {corp, LITERAL("localhost"), RS_REASON_NOT_PERMITTED, ""},
        {corp, LITERAL("localhost."), RS_REASON_NOT_PERMITTED, ""},
        {corp, LITERAL("postgres"), RS_REASON_NOT_PERMITTED, ""},
        {corp, LITERAL("xn--bcher-kva"), RS_REASON_NOT_PERMITTED, ""},
        {corp, LITERAL("https://evil.com"), RS_REASON_NOT_PERMITTED, ""},
        {corp, LITERAL("evil.com:443"), RS_REASON_NOT_PERMITTED, ""},
        {corp, LITERAL("[2001:db8::1]"), RS_REASON_NOT_PERMITTED, ""},
        {corp, LITERAL("Doe,Jo"), RS_REASON_NOT_PERMITTED, ""},
        {corp, LITERAL(TEXT_64), RS_REASON_IGNORED, ""},
        {corp, LITERAL(WORD_64), RS_REASON_NOT_PERMITTED, ""},
        {corp, LITERAL(WORD_64 "."), RS_REASON_NOT_PERMITTED, ""},
        {corp, LITERAL("2365734589"), RS_REASON_ADDRESS_TEXT, ""},
        {"permit *", LITERAL("postgres"), RS_REASON_PERMITTED, ""},
        {"permit *", LITERAL("Doe,Jo"), RS_REASON_PERMITTED, ""},
        {"permit localhost", LITERAL("LocalHost"), RS_REASON_PERMITTED, "LocalHost"},
        {"exclude evil.com", LITERAL("postgres"), RS_REASON_UNRESTRICTED, ""},
        {"exclude evil.com", LITERAL("Doe,Jo"), RS_REASON_UNRESTRICTED, ""},
        {"exclude evil.com", LITERAL(WORD_64), RS_REASON_UNRESTRICTED, ""},
        {"exclude evil.com", LITERAL(WORD_64 "."), RS_REASON_UNRESTRICTED, ""},
        {"exclude evil.com", LITERAL(WORD_64 ".."), RS_REASON_LONG_LABEL, ""},
        {words, LITERAL("srv01"), RS_REASON_PERMITTED, ""},
        {words, LITERAL("2365734589"), RS_REASON_PERMITTED, ""},
        {words, LITERAL("LOCALHOST"), RS_REASON_EXCLUDED, "LOCALHOST"},
        {words, LITERAL("Doe,Jo"), RS_REASON_NOT_PERMITTED, ""},
        {words, LITERAL(WORD_64), RS_REASON_NOT_PERMITTED, ""},
        {words, LITERAL("*"), RS_REASON_EXCLUDED_BELOW, ""},
        {words, LITERAL("127.1"), RS_REASON_ADDRESS_TEXT, ""},
        {words, LITERAL("srv01.."), RS_REASON_EMPTY_LABEL, ""},
        {any, LITERAL("admin"), RS_REASON_PERMITTED, ""},
        {any, LITERAL("admin."), RS_REASON_PERMITTED, ""},
        {any, LITERAL("admin.."), RS_REASON_EMPTY_LABEL, ""},
        {any, LITERAL("2365734589"), RS_REASON_PERMITTED, ""},
        {any, LITERAL("Doe,Jo"), RS_REASON_PERMITTED, ""},
        {any, LITERAL(WORD_64), RS_REASON_PERMITTED, ""},
        {any, LITERAL("Root"), RS_REASON_EXCLUDED, ""},
        {any, LITERAL("secret"), RS_REASON_EXCLUDED, "secret"},
        {any, LITERAL("*"), RS_REASON_EXCLUDED_BELOW, ""},
        {any, LITERAL("evil.com"), RS_REASON_NOT_PERMITTED, ""},
        {any, LITERAL("192.0.2.1"), RS_REASON_NOT_PERMITTED, ""},
        {any, LITERAL("127.1"), RS_REASON_ADDRESS_TEXT, ""},
    };
    check_rows(rows, ROWS(rows), RS_DER_UTF8_STRING, peer);
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
        {"permit *\nexclude cn:*", LITERAL("corp.example"), RS_REASON_EXCLUDED, ""},
        {"permit cn:evil.com", LITERAL("evil.com"), RS_REASON_PERMITTED, ""},
        {"permit cn:4711", LITERAL("4711"), RS_REASON_PERMITTED, ""},
        {"permit cn:a..b", LITERAL("a..b"), RS_REASON_PERMITTED, ""},
        {"permit cn:evil.com\nexclude evil.com", LITERAL("evil.com"), RS_REASON_EXCLUDED,
         "evil.com"},
        {"permit cn:root\nexclude cn:root", LITERAL("root"), RS_REASON_EXCLUDED, ""},
        {"permit cn:M\xc3\xbcller", LITERAL("m\xc3\xbcLLER"), RS_REASON_PERMITTED, ""},
    };
    check_rows(rows, ROWS(rows), RS_DER_UTF8_STRING, peer);
}

/* Whoever passes the name on in an HTTP header makes it the same name without them. */
static void spaces_around(void)
{
    static const name_row rows[] = {
        {corp, LITERAL("evil.com "), RS_REASON_NOT_PERMITTED, ""},
        {corp, LITERAL("  evil.com"), RS_REASON_NOT_PERMITTED, ""},
        {corp, LITERAL(" postgres  "), RS_REASON_NOT_PERMITTED, ""},
        {corp, LITERAL("postgres \0"), RS_REASON_NOT_PERMITTED, ""},
        {corp, LITERAL(" jo@evil.com"), RS_REASON_NOT_PERMITTED, ""},
        {corp, LITERAL("   "), RS_REASON_IGNORED, ""},
        {corp, LITERAL(" Jo Doe "), RS_REASON_IGNORED, ""},
        {"exclude evil.com", LITERAL("evil.com "), RS_REASON_EXCLUDED, "evil.com"},
        {"permit *\nexclude cn:root", LITERAL(" root"), RS_REASON_EXCLUDED, ""},
        {"permit *\nexclude cn:\" root \"", LITERAL("root"), RS_REASON_EXCLUDED, ""},
        {people, LITERAL("postgres "), RS_REASON_PERMITTED, ""},
    };
    check_rows(rows, ROWS(rows), RS_DER_UTF8_STRING, peer);
    static const name_row octets = {corp, LITERAL("evil.com  "), RS_REASON_NOT_PERMITTED, ""};
    check_row(&octets, RS_DER_BMP_STRING, peer);
}

static void texts_that_name_no_host(void)
{
    static const name_row rows[] = {
        {corp, LITERAL(""), RS_REASON_IGNORED, ""},
        {corp, LITERAL("\0\0"), RS_REASON_IGNORED, ""},
        {corp, LITERAL("Jo Doe"), RS_REASON_IGNORED, ""},
        {corp, LITERAL("J\xc3\xbcrgen M\xc3\xbcller"), RS_REASON_IGNORED, ""},
        {corp, LITERAL("M\xc3\xbcller"), RS_REASON_IGNORED, ""},
        {corp, LITERAL("\xe5\xb1\xb1\xe7\x94\xb0\xe5\xa4\xaa\xe9\x83\x8e"), RS_REASON_IGNORED, ""},
        {corp, LITERAL("Dr. M\xc3\xbcller"), RS_REASON_IGNORED, ""},
        {corp, LITERAL(TEXT_1024), RS_REASON_IGNORED, ""},
        {corp, LITERAL(TEXT_1024 TEXT_1024), RS_REASON_IGNORED, ""},
    };
    check_rows(rows, ROWS(rows), RS_DER_UTF8_STRING, peer);
}

/* A dot, and what IDNA takes for one, make a host of it. */
static void hosts_in_other_scripts(void)
{
    static const name_row rows[] = {
        {corp, LITERAL("b\xc3\xbc.example"), RS_REASON_BAD_CHARACTER, ""},
        {corp,
         LITERAL("b\xc3\xbc\xe3\x80\x82"
                 "example"),
         RS_REASON_BAD_CHARACTER, ""},
        {corp,
         LITERAL("b\xc3\xbc\xef\xbc\x8e"
                 "example"),
         RS_REASON_BAD_CHARACTER, ""},
        {corp,
         LITERAL("evil\xef\xbd\xa1"
                 "com"),
         RS_REASON_BAD_CHARACTER, ""},
        {"exclude evil.com",
         LITERAL("evil\xef\xbd\xa1"
                 "com"),
         RS_REASON_BAD_CHARACTER, ""},
        {"permit cn:b\xc3\xbc.example", LITERAL("b\xc3\xbc.example"), RS_REASON_PERMITTED, ""},
        {any, LITERAL("b\xc3\xbc.example"), RS_REASON_BAD_CHARACTER, ""},
        {"permit *", LITERAL("b\xc3\xbc.example"), RS_REASON_IGNORED, ""},
        {"exclude cn:x", LITERAL("b\xc3\xbc.example"), RS_REASON_IGNORED, ""},
    };
    check_rows(rows, ROWS(rows), RS_DER_UTF8_STRING, peer);
}

static void malformed(void)
{
    static const name_row rows[] = {
        {any, LITERAL("a\0b"), RS_REASON_BAD_CHARACTER, ""},
        {any, LITERAL("\0b"), RS_REASON_BAD_CHARACTER, ""},
        {any, LITERAL("root\0 "), RS_REASON_BAD_CHARACTER, ""},
        {any, LITERAL("root\0 \0"), RS_REASON_BAD_CHARACTER, ""},
        {any, LITERAL("corp.example\n"), RS_REASON_BAD_CHARACTER, ""},
        {any, LITERAL("Jo\tDoe"), RS_REASON_BAD_CHARACTER, ""},
        {any, LITERAL("Jo Doe\x7f"), RS_REASON_BAD_CHARACTER, ""},
        {any, LITERAL("M\xfcller"), RS_REASON_UNDECODABLE, ""},
        {"exclude cn:x", LITERAL("a\0b"), RS_REASON_BAD_CHARACTER, ""},
    };
    check_rows(rows, ROWS(rows), RS_DER_UTF8_STRING, peer);
    check_rows(rows, ROWS(rows), RS_DER_UTF8_STRING, ignored);
    static const name_row bits = {any, LITERAL("corp.example"), RS_REASON_UNDECODABLE, ""};
    check_row(&bits, RS_DER_BIT_STRING, peer);
    static const name_row wide = {any, LITERAL(TEXT_1024), RS_REASON_UNDECODABLE, ""};
    check_row(&wide, RS_DER_BMP_STRING, peer);
}

static void unread(void)
{
    static const name_row rows[] = {
        {everything, LITERAL("a\0b"), RS_REASON_PERMITTED, ""},
        {everything, LITERAL("M\xfcller"), RS_REASON_PERMITTED, ""},
        {everything, LITERAL("127.1"), RS_REASON_PERMITTED, ""},
        {"", LITERAL("a..b"), RS_REASON_UNRESTRICTED, ""},
        {"organization \"X\"", LITERAL("a\0b"), RS_REASON_UNRESTRICTED, ""},
        {"exclude uri:x", LITERAL("a\0b"), RS_REASON_UNRESTRICTED, ""},
    };
    check_rows(rows, ROWS(rows), RS_DER_UTF8_STRING, peer);
}

static void uses(void)
{
    static const name_row rows[] = {
        {corp, LITERAL("evil.com"), RS_REASON_IGNORED, ""},
        {corp, LITERAL("10.0.0.1"), RS_REASON_IGNORED, ""},
        {corp, LITERAL("localhost"), RS_REASON_IGNORED, ""},
        {"exclude cn:evil.com", LITERAL("evil.com"), RS_REASON_EXCLUDED, ""},
        {"exclude cn:*", LITERAL("evil.com"), RS_REASON_EXCLUDED, ""},
    };
    check_rows(rows, ROWS(rows), RS_DER_UTF8_STRING, ignored);
    static const name_row titles[] = {
        {corp, LITERAL("evil.com"), RS_REASON_IGNORED, ""},
        {"exclude cn:evil.com", LITERAL("evil.com"), RS_REASON_IGNORED, ""},
        {corp, LITERAL("a\0b"), RS_REASON_IGNORED, ""},
    };
    check_rows(titles, ROWS(titles), RS_DER_UTF8_STRING, issuer);
}

typedef struct typed_row {
    uint8_t tag;
    name_row row;
} typed_row;

static void check_typed_rows(const typed_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        check_row(&rows[i].row, rows[i].tag, peer);
}

static void other_string_types(void)
{
    static const typed_row rows[] = {
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
    check_typed_rows(rows, ROWS(rows));
}

/* Strings whose octets spell something else than their characters. */
static void octets(void)
{
    static const typed_row rows[] = {
        {RS_DER_BMP_STRING, {corp, LITERAL("www.evil.com"), RS_REASON_NOT_PERMITTED, ""}},
        {RS_DER_BMP_STRING, {corp, LITERAL("www.corp.example"), RS_REASON_IGNORED, ""}},
        {RS_DER_BMP_STRING, {corp, LITERAL("127.0.0.10"), RS_REASON_NOT_PERMITTED, ""}},
        {RS_DER_BMP_STRING, {corp, LITERAL("postgres"), RS_REASON_NOT_PERMITTED, ""}},
        {RS_DER_BMP_STRING, {corp, LITERAL("bob@evil.com"), RS_REASON_NOT_PERMITTED, ""}},
        {RS_DER_BMP_STRING, {corp, LITERAL("bo@127.1"), RS_REASON_ADDRESS_TEXT, ""}},
        {RS_DER_BMP_STRING, {corp, LITERAL("bo@0x7f.1\0"), RS_REASON_ADDRESS_TEXT, ""}},
        {RS_DER_BMP_STRING, {corp, LITERAL("a@b@corp"), RS_REASON_BAD_MAILBOX, ""}},
        {RS_DER_BMP_STRING, {corp, LITERAL("a@corp+b"), RS_REASON_IGNORED, ""}},
        {RS_DER_BMP_STRING, {corp, LITERAL("w*.evil.com\0"), RS_REASON_WILDCARD, ""}},
        {RS_DER_BMP_STRING, {corp, LITERAL("evil.com\0\x41"), RS_REASON_NOT_PERMITTED, ""}},
        {RS_DER_BMP_STRING, {"exclude cn:postgres", LITERAL("postgres"), RS_REASON_EXCLUDED, ""}},
        {RS_DER_BMP_STRING, {"exclude cn:a+bc", LITERAL("a+bc"), RS_REASON_EXCLUDED, ""}},
        {RS_DER_BMP_STRING, {people, LITERAL("postgres"), RS_REASON_IGNORED, ""}},
        {RS_DER_BMP_STRING, {words, LITERAL("postgres"), RS_REASON_IGNORED, ""}},
        {RS_DER_BMP_STRING, {corp, LITERAL("\x5c\x71\x75\x30"), RS_REASON_IGNORED, ""}},
        {RS_DER_BMP_STRING, {corp, LITERAL("\x6d\x77\x6d\x0b"), RS_REASON_IGNORED, ""}},
        {RS_DER_UNIVERSAL_STRING, {corp, LITERAL("\0\0\x61."), RS_REASON_IGNORED, ""}},
        {RS_DER_TELETEX_STRING, {corp, LITERAL("\xc3\xbc@evil.com"), RS_REASON_NOT_PERMITTED, ""}},
        {RS_DER_TELETEX_STRING,
         {"exclude cn:\xc3\xbc", LITERAL("\xc3\xbc"), RS_REASON_EXCLUDED, ""}},
        {RS_DER_UTF8_STRING, {people, LITERAL("postgres"), RS_REASON_PERMITTED, ""}},
    };
    check_typed_rows(rows, ROWS(rows));
}

static void check_attributes(const typed_row *rows, size_t count, rs_form form,
                             rs_common_name_use use)
{
    for (size_t i = 0; i < count; i++) {
        const name_row *row = &rows[i].row;
        test_stanza s;
        stanza_open(&s, row->rules);
        rs_bytes value = exact_copy(row->name);
        rs_finding finding = rs_check_email_attribute(&s.stanza, rows[i].tag, value, use);
        check_finding(&finding, form, row->reason, value, row->rule, row->rules);
        exact_free(value);
        stanza_close(&s);
    }
}

static void email_attributes(void)
{
    static const typed_row mailboxes[] = {
        {RS_DER_IA5_STRING, {corp, LITERAL("a@corp.example"), RS_REASON_PERMITTED, "corp.example"}},
        {RS_DER_IA5_STRING, {corp, LITERAL("a@evil.com"), RS_REASON_NOT_PERMITTED, ""}},
        {RS_DER_BMP_STRING, {corp, LITERAL("\0a\0@\0e"), RS_REASON_NOT_PERMITTED, ""}},
        {RS_DER_UTF8_STRING, {corp, LITERAL("\xc3\xbc@corp.example"), RS_REASON_BAD_CHARACTER, ""}},
        {RS_DER_IA5_STRING, {corp, LITERAL("a@b@corp.example"), RS_REASON_BAD_MAILBOX, ""}},
        {RS_DER_IA5_STRING, {corp, LITERAL("a@corp.example\0"), RS_REASON_BAD_CHARACTER, ""}},
        {RS_DER_IA5_STRING,
         {"permit email:*\npermit corp.example", LITERAL("a@b@c"), RS_REASON_PERMITTED, ""}},
    };
    check_attributes(mailboxes, ROWS(mailboxes), RS_FORM_EMAIL, peer);
    check_attributes(mailboxes, ROWS(mailboxes), RS_FORM_EMAIL, ignored);
    check_attributes(mailboxes, ROWS(mailboxes), RS_FORM_EMAIL, issuer);
    static const typed_row others[] = {
        {RS_DER_IA5_STRING, {corp, LITERAL("fw20_00005E0053AC"), RS_REASON_IGNORED, ""}},
        {RS_DER_IA5_STRING, {corp, LITERAL("none"), RS_REASON_IGNORED, ""}},
        {RS_DER_IA5_STRING, {corp, LITERAL("n/a"), RS_REASON_IGNORED, ""}},
        {RS_DER_IA5_STRING, {corp, LITERAL("4711"), RS_REASON_IGNORED, ""}},
        {RS_DER_IA5_STRING, {corp, LITERAL("none."), RS_REASON_IGNORED, ""}},
        {RS_DER_IA5_STRING, {corp, LITERAL("none.."), RS_REASON_EMPTY_LABEL, ""}},
        {RS_DER_IA5_STRING, {corp, LITERAL("corp.example"), RS_REASON_PERMITTED, "corp.example"}},
        {RS_DER_IA5_STRING, {corp, LITERAL("evil.com"), RS_REASON_NOT_PERMITTED, ""}},
        {RS_DER_IA5_STRING, {corp, LITERAL("192.0.2.1"), RS_REASON_NOT_PERMITTED, ""}},
        {RS_DER_IA5_STRING, {"exclude cn:none", LITERAL("None"), RS_REASON_EXCLUDED, ""}},
        {RS_DER_BMP_STRING, {corp, LITERAL("a@evil.com"), RS_REASON_NOT_PERMITTED, ""}},
        {RS_DER_IA5_STRING, {corp, LITERAL("\xfc"), RS_REASON_UNDECODABLE, ""}},
        {RS_DER_IA5_STRING, {everything, LITERAL("\xfc"), RS_REASON_PERMITTED, ""}},
    };
    check_attributes(others, ROWS(others), RS_FORM_CN, peer);
    static const typed_row titles[] = {
        {RS_DER_IA5_STRING, {corp, LITERAL("evil.com"), RS_REASON_IGNORED, ""}},
    };
    check_attributes(titles, ROWS(titles), RS_FORM_CN, issuer);
}

static CU_TestInfo tests[] = {
    {"hosts", hosts},
    {"addresses", addresses},
    {"mailboxes", mailboxes},
    {"bare words", bare_words},
    {"people and roles", people_and_roles},
    {"spaces around", spaces_around},
    {"texts that name no host", texts_that_name_no_host},
    {"hosts in other scripts", hosts_in_other_scripts},
    {"malformed", malformed},
    {"unread", unread},
    {"uses", uses},
    {"other string types", other_string_types},
    {"octets", octets},
    {"e-mail attributes", email_attributes},
    CU_TEST_INFO_NULL,
};

RS_SUITE("common_name", tests)
