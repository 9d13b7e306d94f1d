/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/format/format.h"

#include "tests/unit/command/survey/input/taken.h"
#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

#define SHA1   "0123456789abcdef0123456789abcdef01234567"
#define SHA256 SHA1 "0123456789abcdef01234567"
#define TIME   "\0\0\x01\x96\x97\x23\x5b\xfd"
#define HEX    "308204713082035930820471308203593082047130820359308204713082035900"

static void formats_are_told_by_content(void)
{
    static const struct {
        rs_bytes start;
        rs_survey_format format;
    } rows[] = {
        {LITERAL(TIME "\0\0\0\0"), RS_SURVEY_FORMAT_TILE},
        {LITERAL(TIME "\0\1\0\0"), RS_SURVEY_FORMAT_TILE},
        {LITERAL(TIME "\0\2\0\0"), RS_SURVEY_FORMAT_UNKNOWN},
        {LITERAL(TIME "\0"), RS_SURVEY_FORMAT_UNKNOWN},
        {LITERAL("\x30\x82\x04\x71"), RS_SURVEY_FORMAT_DER},
        {LITERAL("\x30\x80\x04\x71"), RS_SURVEY_FORMAT_UNKNOWN},
        {LITERAL("{\"chain\":["), RS_SURVEY_FORMAT_JSON_LINES},
        {LITERAL("\n {}"), RS_SURVEY_FORMAT_JSON_LINES},
        {LITERAL("{\"entries\":["), RS_SURVEY_FORMAT_GET_ENTRIES},
        {LITERAL("{\r\n  \"entries\": ["), RS_SURVEY_FORMAT_GET_ENTRIES},
        {LITERAL(SHA1 ",MIIE"), RS_SURVEY_FORMAT_CSV},
        {LITERAL(SHA256 ",MIIE"), RS_SURVEY_FORMAT_CSV},
        {LITERAL(SHA1 "0,MIIE"), RS_SURVEY_FORMAT_UNKNOWN},
        {LITERAL(SHA1 ","), RS_SURVEY_FORMAT_UNKNOWN},
        {LITERAL("\n\n" HEX "," HEX "\n"), RS_SURVEY_FORMAT_HEX_LINES},
        {LITERAL("30:82:04:71:30:82\n"), RS_SURVEY_FORMAT_HEX_LINES},
        {LITERAL("1\t192.0.2.1\t\"" HEX "\"\n"), RS_SURVEY_FORMAT_HEX_LINES},
        {LITERAL("308\t30:8\n"), RS_SURVEY_FORMAT_UNKNOWN},
        {LITERAL("-----BEGIN CERTIFICATE-----\n"), RS_SURVEY_FORMAT_PEM},
        {LITERAL("Certificate:\n-----BEGIN CERTIFICATE-----\n"), RS_SURVEY_FORMAT_PEM},
        {LITERAL("# Real data\n"), RS_SURVEY_FORMAT_UNKNOWN},
        {LITERAL("  \n"), RS_SURVEY_FORMAT_UNKNOWN},
        {LITERAL(""), RS_SURVEY_FORMAT_UNKNOWN},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_bytes start = exact_copy(rows[i].start);
        CHECK_ROW(rs_survey_format_tell(start) == rows[i].format, (const char *)rows[i].start.p);
        exact_free(start);
    }
}

static void files_are_cut_at_what_is_whole(void)
{
    static const struct {
        rs_survey_format format;
        const char *text;
        size_t cut;
    } rows[] = {
        {RS_SURVEY_FORMAT_JSON_LINES, "{}\n{}\n{", 6},
        {RS_SURVEY_FORMAT_JSON_LINES, "{}\n", 3},
        {RS_SURVEY_FORMAT_CSV, "a,b", 0},
        {RS_SURVEY_FORMAT_HEX_LINES, "30\n31", 3},
        {RS_SURVEY_FORMAT_PEM, "-----BEGIN A-----\nA\n-----END A-----\n-----BEGIN A-----\n", 36},
        {RS_SURVEY_FORMAT_PEM, "-----BEGIN A-----\nA\n-----END A-----\n-----BEGIN", 0},
        {RS_SURVEY_FORMAT_GET_ENTRIES, "{\"entries\":[\n{}]}\n{ \"entries\":[\n{\"", 18},
        {RS_SURVEY_FORMAT_GET_ENTRIES, "{\"entries\":[\n{}]}\n{ \"entr", 0},
        {RS_SURVEY_FORMAT_TILE, "a\nb\n", 0},
        {RS_SURVEY_FORMAT_DER, "a\nb\n", 0},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_bytes text = exact_copy(rs_bytes_of_string(rows[i].text));
        CHECK_ROW(rs_survey_format_cut(rows[i].format, text) == rows[i].cut, rows[i].text);
        exact_free(text);
    }
}

static void each_format_has_its_reader(void)
{
    static const struct {
        rs_survey_format format;
        rs_bytes text;
        const char *expected;
    } rows[] = {
        {RS_SURVEY_FORMAT_UNKNOWN, LITERAL("x"), "!unknown-format "},
        {RS_SURVEY_FORMAT_TILE, LITERAL("x"), "!truncated "},
        {RS_SURVEY_FORMAT_GET_ENTRIES, LITERAL("{\"entries\":[{}]}"), "!no-chain "},
        {RS_SURVEY_FORMAT_JSON_LINES, LITERAL("{\"chain\":[\"MAMCAQc=\"]}"), "3003020107 "},
        {RS_SURVEY_FORMAT_CSV, LITERAL("x,MAMCAQc="), "3003020107 "},
        {RS_SURVEY_FORMAT_HEX_LINES, LITERAL("x"), "!no-chain "},
        {RS_SURVEY_FORMAT_PEM, LITERAL("-----BEGIN CERTIFICATE-----"), "!truncated "},
        {RS_SURVEY_FORMAT_DER, LITERAL("\x30\x03\x02\x01\x07"), "3003020107 "},
    };
    rs_json_reader *reader = rs_json_reader_new();
    for (size_t i = 0; i < ROWS(rows); i++) {
        static taken t;
        rs_survey_sink sink = taken_sink(&t);
        uint8_t text[64 + RS_JSON_PADDING] = {0};
        memcpy(text, rows[i].text.p, rows[i].text.n);
        CHECK_ROW(rs_survey_format_decode(rows[i].format, reader, text, rows[i].text.n, &sink) ==
                      true,
                  rows[i].expected);
        CHECK_ROW(strcmp(t.text, rows[i].expected) == 0, rows[i].expected);
    }
    rs_json_reader_free(reader);
}

static CU_TestInfo tests[] = {
    {"formats_are_told_by_content", formats_are_told_by_content},
    {"files_are_cut_at_what_is_whole", files_are_cut_at_what_is_whole},
    {"each_format_has_its_reader", each_format_has_its_reader},
    CU_TEST_INFO_NULL,
};

RS_SUITE("survey_format", tests)
