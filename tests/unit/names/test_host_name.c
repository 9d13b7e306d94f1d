/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/names/host_name.h"

#include "lib/base/ascii.h"
#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

#define LABEL_21 "abcdefghijklmnopqrstu"
#define LABEL_63 LABEL_21 LABEL_21 LABEL_21
#define NAME_192 LABEL_63 "." LABEL_63 "." LABEL_63 "."
#define NAME_253 NAME_192 LABEL_21 LABEL_21 "abcdefghijklmnopqrs"

static void read_of_good_names(void)
{
    static const struct {
        const char *text, *expected;
        bool wildcard;
    } rows[] = {
        {"a", "a", false},
        {"localhost", "localhost", false},
        {"www.Example.COM", "www.example.com", false},
        {"ABCDEFGHIJKLMNOPQRSTUVWXYZ.abcdefghijklmnopqrstuvwxyz.0123456789-_",
         "abcdefghijklmnopqrstuvwxyz.abcdefghijklmnopqrstuvwxyz.0123456789-_", false},
        {"example.com.", "example.com", false},
        {"_dmarc.my_host.example", "_dmarc.my_host.example", false},
        {"-a.b-.example", "-a.b-.example", false},
        {"x-corp.example", "x-corp.example", false},
        {"xn--bcher-kva.example", "xn--bcher-kva.example", false},
        {"*", "", true},
        {"*.", "", true},
        {"*.com", "com", true},
        {"*.Example.com.", "example.com", true},
        {LABEL_63 ".x", LABEL_63 ".x", false},
        {"*." LABEL_63, LABEL_63, true},
        {NAME_253, NAME_253, false},
        {NAME_253 ".", NAME_253, false},
        {"1.2.3.example", "1.2.3.example", false},
        {"1.0xg", "1.0xg", false},
        {"1.x7f", "1.x7f", false},
        {"1.7f", "1.7f", false},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_bytes exact = exact_copy(rs_bytes_of_string(rows[i].text));
        rs_host_name host;
        rs_reason why;
        memset(&host, 0xff, sizeof host);
        CHECK_ROW(rs_host_name_read(exact, &host, &why), rows[i].text);
        CHECK_ROW(rs_bytes_equal(rs_host_name_bytes(&host), rs_bytes_of_string(rows[i].expected)),
                  rows[i].text);
        CHECK_ROW(host.wildcard == rows[i].wildcard, rows[i].text);
        rs_host_name marked = host;
        rs_host_name_find_dots(&marked);
        CHECK_ROW(host.dots == marked.dots, rows[i].text);
        exact_free(exact);
    }
}

static void read_of_bad_names(void)
{
    static const struct {
        rs_bytes text;
        rs_reason reason;
    } rows[] = {
        {LITERAL(""), RS_REASON_EMPTY_NAME},
        {LITERAL("."), RS_REASON_EMPTY_NAME},
        {LITERAL(".."), RS_REASON_EMPTY_LABEL},
        {LITERAL(".x"), RS_REASON_EMPTY_LABEL},
        {LITERAL("x..y"), RS_REASON_EMPTY_LABEL},
        {LITERAL("x.."), RS_REASON_EMPTY_LABEL},
        {LITERAL("*.."), RS_REASON_EMPTY_LABEL},
        {LITERAL("*..x"), RS_REASON_EMPTY_LABEL},
        {LITERAL(".*"), RS_REASON_EMPTY_LABEL},
        {LITERAL(LABEL_63 "a"), RS_REASON_LONG_LABEL},
        {LITERAL("x." LABEL_63 "a.y"), RS_REASON_LONG_LABEL},
        {LITERAL("*." LABEL_63 "a"), RS_REASON_LONG_LABEL},
        {LITERAL(NAME_253 "a"), RS_REASON_LONG_NAME},
        {LITERAL(NAME_253 "a."), RS_REASON_LONG_NAME},
        {LITERAL(NAME_253 ".."), RS_REASON_LONG_NAME},
        {LITERAL("*." NAME_253), RS_REASON_LONG_NAME},
        {LITERAL(NAME_253 NAME_253 NAME_253), RS_REASON_LONG_NAME},
        {LITERAL("a.example\0"), RS_REASON_BAD_CHARACTER},
        {LITERAL("a.example\0.evil.example"), RS_REASON_BAD_CHARACTER},
        {LITERAL(" a"), RS_REASON_BAD_CHARACTER},
        {LITERAL("a b"), RS_REASON_BAD_CHARACTER},
        {LITERAL("a\n"), RS_REASON_BAD_CHARACTER},
        {LITERAL("a@b"), RS_REASON_BAD_CHARACTER},
        {LITERAL("a/b"), RS_REASON_BAD_CHARACTER},
        {LITERAL("a:443"), RS_REASON_BAD_CHARACTER},
        {LITERAL("::1"), RS_REASON_BAD_CHARACTER},
        {LITERAL("b\xc3\xbc"
                 "cher.example"),
         RS_REASON_BAD_CHARACTER},
        {LITERAL("b\xfc"
                 "cher.example"),
         RS_REASON_BAD_CHARACTER},
        {LITERAL("**"), RS_REASON_WILDCARD},
        {LITERAL("*a"), RS_REASON_WILDCARD},
        {LITERAL("*a.example"), RS_REASON_WILDCARD},
        {LITERAL("a*.example"), RS_REASON_WILDCARD},
        {LITERAL("w*w.example"), RS_REASON_WILDCARD},
        {LITERAL("**.example"), RS_REASON_WILDCARD},
        {LITERAL("a.*.example"), RS_REASON_WILDCARD},
        {LITERAL("*.*.example"), RS_REASON_WILDCARD},
        {LITERAL("*.*"), RS_REASON_WILDCARD},
        {LITERAL("example.*"), RS_REASON_WILDCARD},
        {LITERAL("1.2.3.*"), RS_REASON_WILDCARD},
        {LITERAL("0.0.0.0"), RS_REASON_ADDRESS_TEXT},
        {LITERAL("192.0.2.1"), RS_REASON_ADDRESS_TEXT},
        {LITERAL("192.0.2.1."), RS_REASON_ADDRESS_TEXT},
        {LITERAL("255.255.255.255"), RS_REASON_ADDRESS_TEXT},
        {LITERAL("*.0.2.1"), RS_REASON_ADDRESS_TEXT},
        {LITERAL("*.255.255.255"), RS_REASON_ADDRESS_TEXT},
        {LITERAL("127.1"), RS_REASON_ADDRESS_TEXT},
        {LITERAL("a.2.3.4."), RS_REASON_ADDRESS_TEXT},
        {LITERAL("*.1"), RS_REASON_ADDRESS_TEXT},
        {LITERAL("01.2.3.4"), RS_REASON_ADDRESS_TEXT},
        {LITERAL("12345678901234567890"), RS_REASON_ADDRESS_TEXT},
        {LITERAL("0x7f.1"), RS_REASON_ADDRESS_TEXT},
        {LITERAL("a.0x"), RS_REASON_ADDRESS_TEXT},
        {LITERAL("0XcafE"), RS_REASON_ADDRESS_TEXT},
        /* Several: the total length first, then the furthest left. */
        {LITERAL("* " NAME_253), RS_REASON_LONG_NAME},
        {LITERAL("a .*..b"), RS_REASON_BAD_CHARACTER},
        {LITERAL("a..b c"), RS_REASON_EMPTY_LABEL},
        {LITERAL("a*b c"), RS_REASON_WILDCARD},
        {LITERAL(LABEL_63 "a "), RS_REASON_BAD_CHARACTER},
        {LITERAL(LABEL_63 "a. "), RS_REASON_LONG_LABEL},
        {LITERAL(LABEL_63 " "), RS_REASON_BAD_CHARACTER},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_bytes exact = exact_copy(rows[i].text);
        rs_host_name host;
        rs_reason why = RS_REASON_PERMITTED;
        CHECK_ROW(!rs_host_name_read(exact, &host, &why), (const char *)rows[i].text.p);
        CHECK_ROW(why == rows[i].reason, (const char *)rows[i].text.p);
        exact_free(exact);
    }
}

/* Each byte, in the middle of a name: itself, its lower case, or refused. */
static void read_of_every_character(void)
{
    for (unsigned c = 0; c < 256; c++) {
        uint8_t name[] = {'x', (uint8_t)c, 'y'};
        rs_host_name host;
        rs_reason reason = RS_REASON_PERMITTED;
        bool read = rs_host_name_read(rs_bytes_make(name, sizeof name), &host, &reason);
        CU_ASSERT_EQUAL(read, reason == RS_REASON_PERMITTED);
        if (c == '*') {
            CU_ASSERT_EQUAL(reason, RS_REASON_WILDCARD);
        } else if (c == '.' || rs_ascii_is_label((uint8_t)c)) {
            CU_ASSERT_EQUAL(reason, RS_REASON_PERMITTED);
            CU_ASSERT(host.length == 3 && host.text[0] == 'x' && host.text[2] == 'y');
            CU_ASSERT_EQUAL(host.text[1], rs_ascii_lower((uint8_t)c));
        } else {
            CU_ASSERT_EQUAL(reason, RS_REASON_BAD_CHARACTER);
        }
    }
}

/* Names of every length, with labels of every length: they are read in more than one way. */
static void labels_of_every_length(void)
{
    uint8_t text[RS_HOST_NAME_MAX];
    for (size_t n = 1; n <= sizeof text; n++)
        for (size_t label = 1; label <= RS_LABEL_MAX; label++) {
            memset(text, 'X', n);
            for (size_t at = label; at + 1 < n; at += label + 1)
                text[at] = '.';
            rs_host_name host;
            rs_reason why;
            if (!rs_host_name_read(rs_bytes_make(text, n), &host, &why)) {
                /* The rest behind the last dot may be one longer. */
                CU_ASSERT(why == RS_REASON_LONG_LABEL && label == RS_LABEL_MAX);
                continue;
            }
            CU_ASSERT(host.length == n && !host.wildcard && host.text[0] == 'x');
            size_t end = n;
            while (end > 0) {
                size_t start = rs_host_name_label(&host, end), expected = end;
                while (expected > 0 && text[expected - 1] != '.')
                    expected--;
                CU_ASSERT_EQUAL(start, expected);
                end = start == 0 ? 0 : start - 1;
            }
        }
}

/* What is wrong with a name of lower case letters and dots that has one other byte, at `at`. */
static rs_reason reason_of(const uint8_t *text, size_t n, size_t at)
{
    size_t start = 0;
    for (size_t i = 0; i <= n; i++) {
        if (i < n && text[i] == '*')
            return RS_REASON_WILDCARD;
        if (i < n && text[i] != '.' && i == at && !rs_ascii_is_label(text[i]))
            return RS_REASON_BAD_CHARACTER;
        if (i < n && text[i] != '.')
            continue;
        if (i == start)
            return RS_REASON_EMPTY_LABEL;
        if (i - start > RS_LABEL_MAX)
            return RS_REASON_LONG_LABEL;
        start = i + 1;
    }
    return RS_REASON_PERMITTED;
}

/* One byte more, or another one, in any place of names of every length. */
static void one_byte_changed(void)
{
    static const uint8_t others[] = {'.', 'a', '*', ' ', 0xe1};
    uint8_t text[RS_HOST_NAME_MAX];
    for (size_t n = 2; n <= sizeof text; n++)
        for (size_t at = 1; at + 1 < n; at++)
            for (size_t i = 0; i < sizeof others; i++) {
                memset(text, 'x', n);
                for (size_t dot = 31; dot + 1 < n; dot += 32)
                    text[dot] = '.';
                text[at] = others[i];
                rs_host_name host;
                rs_reason why = RS_REASON_PERMITTED;
                rs_host_name_read(rs_bytes_make(text, n), &host, &why);
                CU_ASSERT_EQUAL(why, reason_of(text, n, at));
                if (why == RS_REASON_PERMITTED)
                    CU_ASSERT_EQUAL(memcmp(host.text, text, n), 0);
            }
}

static void read_of_utf8(void)
{
    static const struct {
        rs_bytes text;
        rs_reason reason;
        const char *expected; /* NULL: the name is ASCII */
    } rows[] = {
        {LITERAL("www.Example.COM"), RS_REASON_PERMITTED, NULL},
        {LITERAL("*.example"), RS_REASON_PERMITTED, NULL},
        {LITERAL("XN--bcher-kva.example"), RS_REASON_PERMITTED, NULL},
        {LITERAL(""), RS_REASON_EMPTY_NAME, NULL},
        {LITERAL("a b"), RS_REASON_BAD_CHARACTER, NULL},
        {LITERAL("\xc3\xbc"), RS_REASON_PERMITTED, "\xc3\xbc"},
        {LITERAL("W.\xc3\x9c.Example."), RS_REASON_PERMITTED, "w.\xc3\x9c.example"},
        {LITERAL("x\xc3\xbcn--a.xn-"), RS_REASON_PERMITTED, "x\xc3\xbcn--a.xn-"},
        {LITERAL(LABEL_21 LABEL_21 LABEL_21 ".\xc3\xbc"), RS_REASON_PERMITTED,
         LABEL_63 ".\xc3\xbc"},
        {LITERAL("\xc3\xbc..a"), RS_REASON_EMPTY_LABEL, ""},
        {LITERAL(".\xc3\xbc"), RS_REASON_EMPTY_LABEL, ""},
        {LITERAL("\xc3\xbc.."), RS_REASON_EMPTY_LABEL, ""},
        {LITERAL(LABEL_63 "\xc3\xbc"), RS_REASON_LONG_LABEL, ""},
        {LITERAL("\xc3\xbc." LABEL_63 "a"), RS_REASON_LONG_LABEL, ""},
        {LITERAL(NAME_253 "\xc3\xbc"), RS_REASON_LONG_NAME, ""},
        {LITERAL("\xc3\xbc*"), RS_REASON_WILDCARD, ""},
        {LITERAL("*.\xc3\xbc"), RS_REASON_WILDCARD, ""},
        {LITERAL("\xc3\xbc a"), RS_REASON_BAD_CHARACTER, ""},
        {LITERAL("\xc3\xbc\0"), RS_REASON_BAD_CHARACTER, ""},
        {LITERAL("\xc3\xbc.Xn--a"), RS_REASON_BAD_CHARACTER, ""},
        {LITERAL("xn--bcher-kva.\xc3\xbc"), RS_REASON_BAD_CHARACTER, ""},
        {LITERAL("\xc3\xbc.xn--.a"), RS_REASON_BAD_CHARACTER, ""},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_bytes exact = exact_copy(rows[i].text);
        const char *row = (const char *)rows[i].text.p;
        rs_host_name host = {.wildcard = true};
        rs_reason why = RS_REASON_PERMITTED;
        CHECK_ROW(rs_host_name_read_utf8(exact, &host, &why) ==
                      (rows[i].reason == RS_REASON_PERMITTED),
                  row);
        CHECK_ROW(why == rows[i].reason, row);
        if (rows[i].reason == RS_REASON_PERMITTED)
            CHECK_ROW(host.unicode == (rows[i].expected != NULL), row);
        if (rows[i].reason == RS_REASON_PERMITTED && rows[i].expected != NULL) {
            CHECK_ROW(!host.wildcard, row);
            CHECK_ROW(
                rs_bytes_equal(rs_host_name_bytes(&host), rs_bytes_of_string(rows[i].expected)),
                row);
        }
        exact_free(exact);
    }
}

static CU_TestInfo tests[] = {
    {"read of good names", read_of_good_names},
    {"read of bad names", read_of_bad_names},
    {"read of every character", read_of_every_character},
    {"labels of every length", labels_of_every_length},
    {"one byte changed", one_byte_changed},
    {"read of UTF-8", read_of_utf8},
    CU_TEST_INFO_NULL,
};

RS_SUITE("host_name", tests)
