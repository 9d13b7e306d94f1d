/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/plain_json.h"

#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

#include <stdio.h>

enum { TEXT_MAX = 64 };

/* A text in memory of its own: the padding, and nothing else, stands behind it. */
static rs_plain_json json_of(rs_bytes text)
{
    static uint8_t *copy;
    free(copy);
    copy = malloc(text.n + RS_PLAIN_JSON_PADDING);
    if (copy == NULL)
        abort();
    if (text.n > 0)
        memcpy(copy, text.p, text.n);
    memset(copy + text.n, '"', RS_PLAIN_JSON_PADDING);
    return (rs_plain_json){copy, copy + text.n};
}

/* A text of so many characters, one of them another, in quotes. */
static rs_bytes quoted(char out[TEXT_MAX], size_t length, size_t at, int other)
{
    memset(out, 'a', TEXT_MAX);
    out[1 + at] = (char)other;
    out[0] = out[length + 1] = '"';
    return rs_bytes_make(out, length + 2);
}

static void texts_of_each_length(void)
{
    char text[TEXT_MAX];
    for (size_t length = 0; length < 40; length++) {
        rs_bytes whole = quoted(text, length, length, '"'), found;
        for (size_t n = 0; n <= whole.n; n++) {
            rs_plain_json json = json_of(rs_bytes_make(whole.p, n));
            const uint8_t *start = json.at;
            bool good = rs_plain_json_text(&json, &found);
            CHECK_ROW(good == (n == whole.n), text);
            CHECK_ROW(json.at == (good ? json.end : start), text);
            if (good)
                CHECK_ROW(found.p == start + 1 && found.n == length, text);
        }
    }
}

static void texts_of_each_character(void)
{
    enum { LENGTH = 18 };
    char text[TEXT_MAX];
    for (int c = 0; c < 256; c++)
        for (size_t at = 0; at < LENGTH; at++) {
            rs_bytes whole = quoted(text, LENGTH, at, c), found;
            rs_plain_json json = json_of(whole);
            bool good = rs_plain_json_text(&json, &found);
            CHECK_ROW(good == (c >= ' ' && c < 0x80 && c != '\\'), text);
            if (good)
                CHECK_ROW(found.n == (c == '"' ? at : LENGTH), text);
        }
}

static void numbers(void)
{
    static const struct {
        const char *text;
        bool good;
        uint64_t number;
        const char *rest;
    } rows[] = {
        {"0", true, 0, ""},
        {"7,", true, 7, ","},
        {"47}", true, 47, "}"},
        {"1.5", true, 1, ".5"},
        {"999999999999999999", true, 999999999999999999, ""},
        {"1000000000000000000", false, 0, "1000000000000000000"},
        {"99999999999999999999999999", false, 0, "99999999999999999999999999"},
        {"07", false, 0, "07"},
        {"00", false, 0, "00"},
        {"-1", false, 0, "-1"},
        {"+1", false, 0, "+1"},
        {" 1", false, 0, " 1"},
        {"a", false, 0, "a"},
        {"", false, 0, ""},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_plain_json json = json_of(rs_bytes_of_string(rows[i].text));
        uint64_t number = 0;
        CHECK_ROW(rs_plain_json_number(&json, &number) == rows[i].good, rows[i].text);
        CHECK_ROW(number == rows[i].number, rows[i].text);
        rs_bytes rest = rs_bytes_make(json.at, (size_t)(json.end - json.at));
        CHECK_ROW(rs_bytes_equal(rest, rs_bytes_of_string(rows[i].rest)), rows[i].text);
    }
}

static void values_that_are_skipped(void)
{
    static const struct {
        const char *text;
        bool good;
    } rows[] = {{"true", true},   {"\"a\"", true}, {"12", true},     {"tru", false},
                {"false", false}, {"null", false}, {"[]", false},    {"{}", false},
                {"", false},      {"\"a", false},  {"\"\\\"", false}};
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_plain_json json = json_of(rs_bytes_of_string(rows[i].text));
        CHECK_ROW(rs_plain_json_skip(&json) == rows[i].good, rows[i].text);
        CHECK_ROW((json.at == json.end) == (rows[i].good || rows[i].text[0] == '\0'), rows[i].text);
    }
}

static CU_TestInfo tests[] = {
    {"texts_of_each_length", texts_of_each_length},
    {"texts_of_each_character", texts_of_each_character},
    {"numbers", numbers},
    {"values_that_are_skipped", values_that_are_skipped},
    CU_TEST_INFO_NULL,
};

RS_SUITE("plain_json", tests)
