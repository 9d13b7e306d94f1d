/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/utf8.h"

#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

/* Each is read, and written as it was. */
static void characters(void)
{
    static const struct {
        const char *name;
        rs_bytes utf8;
        uint32_t character;
    } rows[] = {
        {"NUL", LITERAL("\0"), 0},
        {"most of one byte", LITERAL("\x7f"), 0x7f},
        {"least of two bytes", LITERAL("\xc2\x80"), 0x80},
        {"most of two bytes", LITERAL("\xdf\xbf"), 0x7ff},
        {"least of three bytes", LITERAL("\xe0\xa0\x80"), 0x800},
        {"before surrogates", LITERAL("\xed\x9f\xbf"), 0xd7ff},
        {"after surrogates", LITERAL("\xee\x80\x80"), 0xe000},
        {"most of three bytes", LITERAL("\xef\xbf\xbf"), 0xffff},
        {"least of four bytes", LITERAL("\xf0\x90\x80\x80"), 0x10000},
        {"most of four bytes", LITERAL("\xf4\x8f\xbf\xbf"), 0x10ffff},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_bytes utf8 = exact_copy(rows[i].utf8);
        uint8_t out[4];
        uint32_t character = 99;
        CHECK_ROW(rs_utf8_get(utf8, &character) == utf8.n, rows[i].name);
        CHECK_ROW(character == rows[i].character, rows[i].name);
        CHECK_ROW(rs_utf8_put(character, out, utf8.n) == utf8.n, rows[i].name);
        CHECK_ROW(rs_bytes_equal(rs_bytes_make(out, utf8.n), utf8), rows[i].name);
        CHECK_ROW(rs_utf8_put(character, out, utf8.n - 1) == 0, rows[i].name);
        exact_free(utf8);
    }
}

static void what_is_not_utf8(void)
{
    static const struct {
        const char *name;
        rs_bytes text;
    } rows[] = {
        {"nothing", LITERAL("")},
        {"continuation first", LITERAL("\x80")},
        {"last continuation first", LITERAL("\xbf\xbf")},
        {"two bytes for U+0000", LITERAL("\xc0\x80")},
        {"two bytes for U+007F", LITERAL("\xc1\xbf")},
        {"three bytes for U+07FF", LITERAL("\xe0\x9f\xbf")},
        {"four bytes for U+FFFF", LITERAL("\xf0\x8f\xbf\xbf")},
        {"first surrogate", LITERAL("\xed\xa0\x80")},
        {"last surrogate", LITERAL("\xed\xbf\xbf")},
        {"past U+10FFFF", LITERAL("\xf4\x90\x80\x80")},
        {"first byte F5", LITERAL("\xf5\x80\x80\x80")},
        {"five bytes", LITERAL("\xf8\x88\x80\x80\x80")},
        {"first byte FF", LITERAL("\xff\x80\x80\x80")},
        {"two bytes cut off", LITERAL("\xc2")},
        {"three bytes cut off", LITERAL("\xe2\x82")},
        {"four bytes cut off", LITERAL("\xf0\x90\x80")},
        {"ASCII in a character", LITERAL("\xc3(")},
        {"first byte in a character", LITERAL("\xe2\x82\xc2")},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_bytes text = exact_copy(rows[i].text);
        uint32_t character = 99;
        CHECK_ROW(rs_utf8_get(text, &character) == 0 && character == 99, rows[i].name);
        CHECK_ROW(rs_utf8_is_valid(text) == (text.n == 0), rows[i].name);
        exact_free(text);
    }
}

static void the_first_character_alone_is_read(void)
{
    uint32_t character;
    CU_ASSERT_EQUAL(rs_utf8_get((rs_bytes)LITERAL("ab"), &character), 1);
    CU_ASSERT_EQUAL(character, 'a');
    CU_ASSERT_EQUAL(rs_utf8_get((rs_bytes)LITERAL("\xc3\xbc\xff"), &character), 2);
    CU_ASSERT_EQUAL(character, 0xfc);
}

static void whole_texts(void)
{
    CU_ASSERT(rs_utf8_is_valid((rs_bytes)LITERAL("a\xc3\xbc\xe2\x82\xac b\xf0\x90\x80\x80")));
    CU_ASSERT_FALSE(rs_utf8_is_valid((rs_bytes)LITERAL("a\xc3\xbc\xe2\x82")));
    CU_ASSERT_FALSE(rs_utf8_is_valid((rs_bytes)LITERAL("a\xfc b")));
}

static void what_is_not_a_character(void)
{
    static const uint32_t rows[] = {0xd800, 0xdfff, 0x110000, 0x80000061, UINT32_MAX};
    uint8_t out[8];
    for (size_t i = 0; i < ROWS(rows); i++)
        CU_ASSERT_EQUAL(rs_utf8_put(rows[i], out, sizeof out), 0);
}

static void cut(void)
{
    static const struct {
        const char *text;
        size_t max, length;
    } rows[] = {
        {"", 0, 0},          {"abc", 3, 3},       {"abc", 2, 2},           {"abc", 0, 0},
        {"a\xc3\xbc", 2, 1}, {"a\xc3\xbc", 3, 3}, {"\xe2\x82\xacx", 2, 0}, {"\xe2\x82\xacx", 3, 3},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_bytes text = exact_copy(rs_bytes_of_string(rows[i].text));
        rs_bytes start = rs_utf8_cut(text, rows[i].max);
        CHECK_ROW(start.p == text.p && start.n == rows[i].length, rows[i].text);
        exact_free(text);
    }
}

static CU_TestInfo tests[] = {
    {"characters", characters},
    {"what is not UTF-8", what_is_not_utf8},
    {"the first character alone is read", the_first_character_alone_is_read},
    {"whole texts", whole_texts},
    {"what is not a character", what_is_not_a_character},
    {"cut", cut},
    CU_TEST_INFO_NULL,
};

RS_SUITE("utf8", tests)
