/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/names/directory_string.h"

#include "lib/names/der.h"
#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

static void utf8_of_good_strings(void)
{
    static const struct {
        const char *name;
        uint8_t tag;
        rs_bytes value, utf8;
    } rows[] = {
        {"empty", RS_DER_UTF8_STRING, LITERAL(""), LITERAL("")},
        {"ASCII", RS_DER_UTF8_STRING, LITERAL("a b"), LITERAL("a b")},
        {"NUL", RS_DER_UTF8_STRING, LITERAL("a\0b"), LITERAL("a\0b")},
        {"most of four bytes", RS_DER_UTF8_STRING, LITERAL("\xf4\x8f\xbf\xbf"),
         LITERAL("\xf4\x8f\xbf\xbf")},
        {"PrintableString", RS_DER_PRINTABLE_STRING, LITERAL("Ab*"), LITERAL("Ab*")},
        {"IA5String", RS_DER_IA5_STRING, LITERAL("a@b\x7f"), LITERAL("a@b\x7f")},
        {"VisibleString", RS_DER_VISIBLE_STRING, LITERAL("a~"), LITERAL("a~")},
        {"NumericString", RS_DER_NUMERIC_STRING, LITERAL("1 2"), LITERAL("1 2")},
        {"TeletexString", RS_DER_TELETEX_STRING, LITERAL("M\xfcller\x80\xff"),
         LITERAL("M\xc3\xbcller\xc2\x80\xc3\xbf")},
        {"BMPString", RS_DER_BMP_STRING, LITERAL("\0a\0\x7f\0\x80\x07\xff\x08\0\x20\xac\xff\xff"),
         LITERAL("a\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80\xe2\x82\xac\xef\xbf\xbf")},
        {"UniversalString", RS_DER_UNIVERSAL_STRING, LITERAL("\0\0\0a\0\x01\0\0\0\x10\xff\xff"),
         LITERAL("a\xf0\x90\x80\x80\xf4\x8f\xbf\xbf")},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_bytes value = exact_copy(rows[i].value), room = exact_copy(rows[i].utf8);
        uint8_t *out = (uint8_t *)(uintptr_t)room.p;
        size_t length = 99;
        CHECK_ROW(rs_directory_string_to_utf8(rows[i].tag, value, out, room.n, &length),
                  rows[i].name);
        CHECK_ROW(rs_bytes_equal(rs_bytes_make(out, length), rows[i].utf8), rows[i].name);
        for (size_t size = 0; size < room.n; size++) {
            CHECK_ROW(!rs_directory_string_to_utf8(rows[i].tag, value, out, size, &length),
                      rows[i].name);
        }
        exact_free(value);
        exact_free(room);
    }
}

static void utf8_of_bad_strings(void)
{
    static const struct {
        const char *name;
        uint8_t tag;
        rs_bytes value;
    } rows[] = {
        {"continuation first", RS_DER_UTF8_STRING, LITERAL("\x80")},
        {"first surrogate", RS_DER_UTF8_STRING, LITERAL("\xed\xa0\x80")},
        {"four bytes cut off", RS_DER_UTF8_STRING, LITERAL("\xf0\x90\x80")},
        {"PrintableString", RS_DER_PRINTABLE_STRING, LITERAL("a\x80")},
        {"IA5String", RS_DER_IA5_STRING, LITERAL("\xff")},
        {"VisibleString", RS_DER_VISIBLE_STRING, LITERAL("\xc3\xbc")},
        {"NumericString", RS_DER_NUMERIC_STRING, LITERAL("\x80")},
        {"odd BMPString", RS_DER_BMP_STRING, LITERAL("\0a\0")},
        {"surrogate in a BMPString", RS_DER_BMP_STRING, LITERAL("\xd8\0\xdc\0")},
        {"last surrogate in a BMPString", RS_DER_BMP_STRING, LITERAL("\xdf\xff")},
        {"short UniversalString", RS_DER_UNIVERSAL_STRING, LITERAL("\0\0\0a\0\0\0")},
        {"UniversalString past U+10FFFF", RS_DER_UNIVERSAL_STRING, LITERAL("\0\x11\0\0")},
        {"UniversalString past 31 bits", RS_DER_UNIVERSAL_STRING, LITERAL("\x80\0\0a")},
        {"OCTET STRING", RS_DER_OCTET_STRING, LITERAL("a")},
        {"BIT STRING", RS_DER_BIT_STRING, LITERAL("\0a")},
        {"GeneralString", 0x1b, LITERAL("a")},
        {"constructed UTF8String", 0x2c,
         LITERAL("\x0c\x01"
                 "a")},
        {"context tag", 0x8c, LITERAL("a")},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_bytes value = exact_copy(rows[i].value);
        uint8_t out[64];
        size_t length = 99;
        CHECK_ROW(!rs_directory_string_to_utf8(rows[i].tag, value, out, sizeof out, &length),
                  rows[i].name);
        CHECK_ROW(length == 99, rows[i].name);
        exact_free(value);
    }
}

static void fold_of_strings(void)
{
    static const struct {
        const char *text, *folded;
    } rows[] = {
        {"", ""},
        {" ", ""},
        {" \t\n\v\f\r ", ""},
        {"a", "a"},
        {"AZaz09@[`{", "azaz09@[`{"},
        {"  A  b ", "a b"},
        {"a \t\r\n b\fc", "a b c"},
        {"\b\x0e\x1f", "\b\x0e\x1f"},
        {"\xc3\x9c  \xc2\xa0x", "\xc3\x9c \xc2\xa0x"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_bytes copy = exact_copy(rs_bytes_of_string(rows[i].text));
        size_t n = rs_directory_string_fold((uint8_t *)(uintptr_t)copy.p, copy.n);
        CHECK_ROW(rs_bytes_equal(rs_bytes_make(copy.p, n), rs_bytes_of_string(rows[i].folded)),
                  rows[i].text);
        exact_free(copy);
    }
}

static CU_TestInfo tests[] = {
    {"utf8 of good strings", utf8_of_good_strings},
    {"utf8 of bad strings", utf8_of_bad_strings},
    {"fold of strings", fold_of_strings},
    CU_TEST_INFO_NULL,
};

RS_SUITE("directory_string", tests)
