/* SPDX-License-Identifier: Apache-2.0 */
/* Whatever is put into a line, jansson reads it, and reads the same. */
#include "provider/telemetry/json_line.h"

#include "tests/unit/random.h"
#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char longest_end[] = ",\"dropped\":18446744073709551615}";

/* Parses a line that has ended; what holds of every line is checked. NULL: it does not. */
static json_t *parsed(rs_bytes text)
{
    static const char start[] = "{\"rootscope\":1,\"event\":\"";
    json_error_t error;
    CU_ASSERT(text.n <= RS_JSON_LINE_MAX);
    CU_ASSERT(text.n > strlen(start) && memcmp(text.p, start, strlen(start)) == 0);
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] < 0x20 || text.p[i] > 0x7e)
            CHECK_ROW(false, "printable ASCII");
    json_t *object =
        json_loadb((const char *)text.p, text.n, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
    CHECK_ROW(object != NULL, error.text);
    return object;
}

/* What the value of a key stands as in the line, between the quotes; "" if there is none. */
static const char *escaped(rs_bytes value)
{
    static char text[RS_JSON_LINE_MAX + 1];
    rs_json_line line;
    rs_json_line_start(&line, RS_TELEMETRY_CHECKS);
    size_t before = line.length + strlen(",\"list\":\"");
    rs_json_line_text(&line, RS_FIELD_LIST, value);
    text[0] = '\0';
    if (line.length > before) {
        memcpy(text, line.text + before, line.length - before - 1);
        text[line.length - before - 1] = '\0';
    }
    json_decref(parsed(rs_json_line_end(&line, 0)));
    return text;
}

/* The whole line, had it been started at that time. */
static rs_bytes bare_line(time_t at)
{
    static char text[RS_JSON_LINE_MAX];
    char time_text[32];
    struct tm parts;
    gmtime_r(&at, &parts);
    strftime(time_text, sizeof time_text, "%Y-%m-%dT%H:%M:%SZ", &parts);
    snprintf(text, sizeof text,
             "{\"rootscope\":1,\"event\":\"violation\",\"time\":\"%s\",\"program\":\"%s\","
             "\"pid\":%ld}",
             time_text, program_invocation_short_name, (long)getpid());
    return rs_bytes_of_string(text);
}

static void start_tells_program_process_and_time(void)
{
    rs_json_line line;
    time_t now = time(NULL);
    rs_json_line_start(&line, RS_TELEMETRY_VIOLATION);
    rs_bytes text = rs_json_line_end(&line, 0);
    while (!rs_bytes_equal(text, bare_line(now)) && now < time(NULL))
        now++;
    CU_ASSERT(rs_bytes_equal(text, bare_line(now)));
}

/* Programs write what they do over argv[0], to which libc's name points. */
static void program_is_the_file_that_runs(void)
{
    char *before = program_invocation_short_name, title[] = "ker process";
    rs_json_line line;
    program_invocation_short_name = title;
    rs_json_line_start(&line, RS_TELEMETRY_CHECKS);
    program_invocation_short_name = before;
    json_t *object = parsed(rs_json_line_end(&line, 0));
    CU_ASSERT_STRING_EQUAL(json_string_value(json_object_get(object, "program")), before);
    json_decref(object);
}

static void each_type(void)
{
    static const uint8_t digest[] = {0x00, 0xab, 0xff};
    rs_json_line line;
    rs_json_line_start(&line, RS_TELEMETRY_CHECKS);
    size_t before = line.length;
    rs_json_line_text(&line, RS_FIELD_LABEL, rs_bytes_of_string("b c"));
    rs_json_line_word(&line, RS_FIELD_FORM, "e-f");
    rs_json_line_hex(&line, RS_FIELD_ROOT, "sha256:", rs_bytes_make(digest, sizeof digest));
    rs_json_line_number(&line, RS_FIELD_DEPTH, 0);
    rs_json_line_number(&line, RS_FIELD_COUNT, UINT64_MAX);
    rs_json_line_true(&line, RS_FIELD_REFERENCE);
    rs_json_line_text(&line, RS_FIELD_LIST, (rs_bytes){0});
    rs_bytes text = rs_json_line_end(&line, 0);
    CU_ASSERT(rs_bytes_equal(
        rs_bytes_skip(text, before),
        rs_bytes_of_string(",\"label\":\"b c\",\"form\":\"e-f\",\"root\":\"sha256:00abff\","
                           "\"depth\":0,\"count\":18446744073709551615,\"reference\":true,"
                           "\"list\":\"\"}")));
}

static void characters(void)
{
    static const struct {
        rs_bytes value;
        const char *text;
    } rows[] = {
        {LITERAL("www.corp.example"), "www.corp.example"},
        {LITERAL(" !~"), " !~"},
        {LITERAL("\"\\/"), "\\\"\\\\/"},
        {LITERAL("\0\t\n\r\x1f\x7f"), "\\u0000\\u0009\\u000a\\u000d\\u001f\\u007f"},
        {LITERAL("\xc2\x80\xc3\xa9"), "\\u0080\\u00e9"},
        {LITERAL("\xe2\x82\xac\xef\xbf\xbf"), "\\u20ac\\uffff"},
        {LITERAL("\xf0\x90\x80\x80"), "\\ud800\\udc00"},
        {LITERAL("\xf0\x9f\x98\x80"), "\\ud83d\\ude00"},
        {LITERAL("\xf4\x8f\xbf\xbf"), "\\udbff\\udfff"},
        /* not UTF-8: alone, cut short, overlong, surrogates, beyond Unicode */
        {LITERAL("a\x80z"), "a\\\\x80z"},
        {LITERAL("\xff\xfe"), "\\\\xff\\\\xfe"},
        {LITERAL("\xe2\x82"), "\\\\xe2\\\\x82"},
        {LITERAL("\xe2\x82z"), "\\\\xe2\\\\x82z"},
        {LITERAL("\xc0\xaf"), "\\\\xc0\\\\xaf"},
        {LITERAL("\xed\xa0\x80"), "\\\\xed\\\\xa0\\\\x80"},
        {LITERAL("\xf4\x90\x80\x80"), "\\\\xf4\\\\x90\\\\x80\\\\x80"},
        /* what a reader looks for cannot be inside */
        {LITERAL("{\"rootscope\":1"), "{\\\"rootscope\\\":1"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_bytes copy = exact_copy(rows[i].value);
        CHECK_ROW(strcmp(escaped(copy), rows[i].text) == 0, rows[i].text);
        exact_free(copy);
    }
}

/* A value of `count` times a piece, then another. */
static rs_bytes repeated(const char *piece, size_t count, const char *last)
{
    static char text[2048];
    text[0] = '\0';
    for (size_t i = 0; i < count; i++)
        strcat(text, piece);
    strcat(text, last);
    return rs_bytes_of_string(text);
}

static void long_values_are_cut_at_a_character(void)
{
    static const struct {
        const char *piece;
        size_t count;
        const char *last;
        size_t length; /* of the escaped text */
        bool cut;
    } rows[] = {
        {"x", 300, "", 300, false},
        {"x", 301, "", 300, true},
        {"x", 1500, "", 300, true},
        {"\xc3\xa9", 50, "", 300, false},
        {"\xc3\xa9", 51, "", 297, true}, /* 49 of six bytes, and the dots */
        {"\"", 150, "", 300, false},
        {"\"", 150, "x", 299, true},
        {"\xf0\x9f\x98\x80", 25, "", 300, false},
        {"\xf0\x9f\x98\x80", 26, "", 291, true},
        {"x", 296, "\xf0\x9f\x98\x80", 299, true},
        {"x", 299, "\"", 300, true},
        {"x", 298, "\"", 300, false},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        const char *text = escaped(repeated(rows[i].piece, rows[i].count, rows[i].last));
        size_t length = strlen(text);
        bool cut = length > 3 && strcmp(text + length - 3, "...") == 0;
        CHECK_ROW(length == rows[i].length, rows[i].piece);
        CHECK_ROW(cut == rows[i].cut, rows[i].piece);
    }
}

/* Appends until `room` bytes are left for keys and values. */
static void fill(rs_json_line *line, size_t room)
{
    char value[RS_JSON_LINE_MAX];
    rs_json_line_start(line, RS_TELEMETRY_CHECKS);
    size_t size = RS_JSON_LINE_MAX - strlen(longest_end) - room - line->length;
    size_t value_size = size - strlen(",\"form\":\"\"");
    memset(value, 'x', value_size);
    value[value_size] = '\0';
    rs_json_line_word(line, RS_FIELD_FORM, value);
}

static void what_does_not_fit_is_left_out_whole(void)
{
    static const uint8_t byte[] = {0xab};
    enum { FITTING = sizeof ",\"pid\":\"ab\"" - 1 };
    for (size_t room = 0; room <= FITTING + 1; room++) {
        for (unsigned type = 0; type < 5; type++) {
            rs_json_line line;
            fill(&line, room);
            size_t before = line.length, needed = FITTING;
            if (type == 0)
                rs_json_line_text(&line, RS_FIELD_PID, rs_bytes_of_string("ab"));
            else if (type == 1)
                rs_json_line_word(&line, RS_FIELD_PID, "ab");
            else if (type == 2)
                rs_json_line_hex(&line, RS_FIELD_PID, "", rs_bytes_make(byte, 1));
            else if (type == 3)
                rs_json_line_number(&line, RS_FIELD_PID, 1234);
            else
                rs_json_line_true(&line, RS_FIELD_PID);
            CU_ASSERT(line.length == before + (room >= needed ? needed : 0));
            rs_bytes text = rs_json_line_end(&line, UINT64_MAX);
            CU_ASSERT(text.n <= RS_JSON_LINE_MAX);
            /* As real numbers, since the dropped ones are beyond what jansson calls an integer. */
            json_t *object =
                json_loadb((const char *)text.p, text.n, JSON_DECODE_INT_AS_REAL, NULL);
            CU_ASSERT_PTR_NOT_NULL(object);
            json_decref(object);
            CU_ASSERT(rs_bytes_equal(rs_bytes_tail(text, strlen(longest_end)),
                                     rs_bytes_of_string(longest_end)));
        }
    }
}

static void smaller_ones_fit_after_one_that_did_not(void)
{
    rs_json_line line;
    fill(&line, 20);
    rs_json_line_text(&line, RS_FIELD_NAME, repeated("x", 100, ""));
    rs_json_line_number(&line, RS_FIELD_COUNT, 7);
    json_t *object = parsed(rs_json_line_end(&line, 3));
    CU_ASSERT_PTR_NULL(json_object_get(object, "name"));
    CU_ASSERT(json_integer_value(json_object_get(object, "count")) == 7);
    CU_ASSERT(json_integer_value(json_object_get(object, "dropped")) == 3);
    json_decref(object);
}

static void dropped_is_last_and_left_out_if_zero(void)
{
    rs_json_line line;
    rs_json_line_start(&line, RS_TELEMETRY_CHECKS);
    rs_bytes text = rs_json_line_end(&line, 1);
    rs_bytes end = rs_bytes_of_string(",\"dropped\":1}");
    CU_ASSERT(rs_bytes_equal(rs_bytes_tail(text, end.n), end));
    rs_json_line_start(&line, RS_TELEMETRY_CHECKS);
    json_t *object = parsed(rs_json_line_end(&line, 0));
    CU_ASSERT(json_object_size(object) == 5);
    json_decref(object);
}

static void any_bytes_make_a_line(void)
{
    random_start();
    for (unsigned round = 0; round < 20000; round++) {
        uint8_t bytes[400];
        size_t size = random_below(sizeof bytes);
        for (size_t i = 0; i < size; i++)
            bytes[i] = (uint8_t)random_below(256);
        rs_json_line line;
        rs_json_line_start(&line, RS_TELEMETRY_CHECKS);
        for (rs_telemetry_field key = RS_FIELD_VERDICT; key <= RS_FIELD_SUFFIX; key++) {
            rs_json_line_text(&line, key, rs_bytes_make(bytes, size));
        }
        json_decref(parsed(rs_json_line_end(&line, random_below(3))));
    }
}

static CU_TestInfo tests[] = {
    {"start tells program, process and time", start_tells_program_process_and_time},
    {"program is the file that runs", program_is_the_file_that_runs},
    {"each type", each_type},
    {"characters", characters},
    {"long values are cut at a character", long_values_are_cut_at_a_character},
    {"what does not fit is left out whole", what_does_not_fit_is_left_out_whole},
    {"smaller ones fit after one that did not", smaller_ones_fit_after_one_that_did_not},
    {"dropped is last and left out if zero", dropped_is_last_and_left_out_if_zero},
    {"any bytes make a line", any_bytes_make_a_line},
    CU_TEST_INFO_NULL,
};

RS_SUITE("json_line", tests)
