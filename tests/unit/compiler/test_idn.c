/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/idn.h"

#include <stddef.h>

/* For libidn2 too, which would see only what is exported; a sanitizer must not see that. */
#ifndef __SANITIZE_ADDRESS__
#pragma GCC visibility push(default)
#include "tests/unit/failing_memory.h"
#pragma GCC visibility pop
#endif

#include "tests/unit/suite.h"

static void to_ascii_converts(void)
{
    static const struct {
        const char *utf8;
        const char *ascii;
    } cases[] = {
        {"b\xc3\xbc"
         "cher.example",
         "xn--bcher-kva.example"},
        /* Mapped: upper case, a decomposed umlaut, an ideographic full stop. */
        {"B\xc3\x9c"
         "CHER.example",
         "xn--bcher-kva.example"},
        {"bu\xcc\x88"
         "cher.example",
         "xn--bcher-kva.example"},
        {"b\xc3\xbc"
         "cher\xe3\x80\x82"
         "example",
         "xn--bcher-kva.example"},
        /* Non-transitional: sharp s stays itself. */
        {"fa\xc3\x9f.de", "xn--fa-hia.de"},
        {"_dmarc.b\xc3\xbc"
         "cher.example",
         "_dmarc.xn--bcher-kva.example"},
        {"corp.example", "corp.example"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t out[RS_IDN_ASCII_MAX];
        size_t length = 0;
        CU_ASSERT_PTR_NULL(rs_idn_to_ascii(rs_bytes_of_string(cases[i].utf8), out, &length));
        CU_ASSERT(rs_bytes_equal(rs_bytes_make(out, length), rs_bytes_of_string(cases[i].ascii)));
    }
}

static void to_ascii_refuses(void)
{
    static const struct {
        const char *utf8;
        const char *wrong;
    } cases[] = {
        {"", "IDN2_TOO_BIG_DOMAIN"},
        {"\xe2\x98\x83.net", "IDN2_DISALLOWED"},
        {"a\xe2\x80\x8d"
         "b.de",
         "IDN2_CONTEXTJ"},
        {"xn--a.b\xc3\xbc", NULL},
        {"\xff", NULL},
    };
    uint8_t out[RS_IDN_ASCII_MAX];
    size_t length;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const char *wrong = rs_idn_to_ascii(rs_bytes_of_string(cases[i].utf8), out, &length);
        CU_ASSERT_PTR_NOT_NULL_FATAL(wrong);
        if (cases[i].wrong != NULL)
            CU_ASSERT_STRING_EQUAL(wrong, cases[i].wrong);
    }
    CU_ASSERT_PTR_NOT_NULL(rs_idn_to_ascii(rs_bytes_make("\xc3\xbc\0x", 4), out, &length));
}

static void to_ascii_is_bounded(void)
{
    static char long_name[RS_IDN_UTF8_MAX + 2];
    uint8_t out[RS_IDN_ASCII_MAX];
    size_t length;
    memset(long_name, 'a', sizeof long_name);
    for (size_t n = RS_IDN_UTF8_MAX - 1; n <= RS_IDN_UTF8_MAX + 1; n++)
        CU_ASSERT_PTR_NOT_NULL(rs_idn_to_ascii(rs_bytes_make(long_name, n), out, &length));
    /* Lengths around what a name may have: never more than the buffer. */
    for (size_t labels = 1; labels < 140; labels++) {
        for (size_t i = 0; i < labels; i++)
            memcpy(long_name + 2 * i, "a.", 2);
        const char *wrong = rs_idn_to_ascii(rs_bytes_make(long_name, 2 * labels - 1), out, &length);
        CU_ASSERT(wrong != NULL ? 2 * labels - 1 > 253 : length == 2 * labels - 1);
    }
}

static void check_takes_a_labels(void)
{
    static const struct {
        const char *host;
        bool good;
    } cases[] = {
        {"", true},
        {"corp.example", true},
        {"a-b--c.example", true},
        {"foo-xn--bar.example", true},
        {"xn--bcher-kva.example", true},
        {"www.xn--bcher-kva", true},
        {"_x.xn--fa-hia.xn--bcher-kva.example", true},
        {"xn--", false},
        {"xn--.example", false},
        {"xn--abc-", false},
        {"xn--bcher-kv.example", false},
        {"www.xn--a.example", false},
        {"xn--bcher-kva.xn--a", false},
        /* A snowman, which IDNA 2008 does not allow, and an upper-case U-umlaut. */
        {"xn--n3h.net", false},
        {"xn--wca.net", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        CU_ASSERT_EQUAL(rs_idn_check(rs_bytes_of_string(cases[i].host)), cases[i].good);

    static char long_label[RS_IDN_ASCII_MAX + 1];
    memset(long_label, 'a', sizeof long_label);
    memcpy(long_label, "xn--", 4);
    CU_ASSERT_FALSE(rs_idn_check(rs_bytes_make(long_label, sizeof long_label)));
    CU_ASSERT_FALSE(rs_idn_check(rs_bytes_make(long_label, sizeof long_label - 1)));
}

#define BUECHER                                                                                    \
    "b\xc3\xbc"                                                                                    \
    "cher"

static void to_unicode_converts(void)
{
    static const struct {
        const char *host;
        const char *unicode; /* NULL: none */
    } cases[] = {
        {"xn--bcher-kva.example", BUECHER ".example"},
        {"www.xn--bcher-kva.xn--fa-hia", "www." BUECHER ".fa\xc3\x9f"},
        {"a-b.xn--bcher-kva", "a-b." BUECHER},
        {"", NULL},
        {"corp.example", NULL},
        {"foo-xn--bar.example", NULL},
        /* 32 letters of two bytes each: a label of 64 bytes. */
        {"xn--90aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rs_host_name unicode;
        rs_idn_form form = rs_idn_to_unicode(rs_bytes_of_string(cases[i].host), &unicode);
        CU_ASSERT_EQUAL_FATAL(form, cases[i].unicode == NULL ? RS_IDN_NONE : RS_IDN_FOUND);
        if (cases[i].unicode != NULL)
            CU_ASSERT(
                rs_bytes_equal(rs_host_name_bytes(&unicode), rs_bytes_of_string(cases[i].unicode)));
    }
}

static void to_unicode_fails(void)
{
    rs_host_name unicode;
    CU_ASSERT_EQUAL(rs_idn_to_unicode(rs_bytes_of_string("xn--.example"), &unicode), RS_IDN_FAILED);
    CU_ASSERT_EQUAL(rs_idn_to_unicode(rs_bytes_of_string("a.xn--\x7f"), &unicode), RS_IDN_FAILED);
}

static void to_unicode_is_bounded(void)
{
    char host[RS_HOST_NAME_MAX + 1];
    rs_host_name unicode;
    for (size_t i = 0; i < sizeof host; i++)
        host[i] = i % 2 == 0 ? 'a' : '.';
    memcpy(host, "xn--bcher-kva", 13);
    CU_ASSERT_EQUAL(rs_idn_to_unicode(rs_bytes_make(host, RS_HOST_NAME_MAX), &unicode),
                    RS_IDN_FOUND);
    CU_ASSERT_EQUAL(rs_idn_to_unicode(rs_bytes_make(host, RS_HOST_NAME_MAX + 1), &unicode),
                    RS_IDN_NONE);
}

static void to_unicode_without_memory(void)
{
#if !defined(__SANITIZE_ADDRESS__) && !defined(RS_MEMORY_NEVER_FAILS)
    bool failed = true;
    for (long i = 0; failed; i++) {
        rs_host_name unicode;
        memory_fail_after(i);
        rs_idn_form form = rs_idn_to_unicode(rs_bytes_of_string("xn--bcher-kva.example"), &unicode);
        failed = memory_fail_stop();
        /* It can do without some of it. Never is there no U-label. */
        CU_ASSERT(form == RS_IDN_FOUND || (failed && form == RS_IDN_FAILED));
        CU_ASSERT(i > 0 || form == RS_IDN_FAILED);
    }
#endif
}

static CU_TestInfo tests[] = {
    {"to_ascii_converts", to_ascii_converts},
    {"to_ascii_refuses", to_ascii_refuses},
    {"to_ascii_is_bounded", to_ascii_is_bounded},
    {"check_takes_a_labels", check_takes_a_labels},
    {"to_unicode_converts", to_unicode_converts},
    {"to_unicode_fails", to_unicode_fails},
    {"to_unicode_is_bounded", to_unicode_is_bounded},
    {"to_unicode_without_memory", to_unicode_without_memory},
    CU_TEST_INFO_NULL,
};

RS_SUITE("idn", tests)
