/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/format/plain_line.h"

#include "tests/unit/command/survey/input/taken.h"
#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

#define A "MAMCAQc="
#define B "MAMCAQg="

static taken t;

/* Packs it into memory of just its size. What comes out again is the same. */
static void pack_and_unpack(const rs_plain_line *line)
{
    static rs_plain_line again;
    uint8_t *memory = malloc(line->size);
    if (memory == NULL)
        abort();
    rs_bytes packed = rs_bytes_make(memory, rs_plain_line_pack(line, memory));
    CU_ASSERT_FATAL(packed.n <= line->size);
    rs_plain_line_unpack(&again, &packed);
    CU_ASSERT(packed.n == 0);
    CU_ASSERT_FATAL(again.is_of_log == line->is_of_log && again.count == line->count);
    for (size_t i = 0; i < line->count; i++)
        CU_ASSERT(rs_bytes_equal(again.texts[i], line->texts[i]));
    free(memory);
}

/* The size of the first line, which is taken; 0: it is another. In memory of just its size. */
static size_t taken_of(const char *text, bool *goes_on)
{
    static rs_plain_line line;
    rs_survey_sink sink = taken_sink(&t);
    rs_bytes exact = exact_copy(rs_bytes_of_string(text));
    bool is_plain = rs_plain_line_read(&line, exact);
    exact_free(exact);
    if (!is_plain)
        return 0;
    pack_and_unpack(&line);
    *goes_on = rs_plain_line_decode(&line, &sink);
    return line.size;
}

static void plain_lines_are_taken(void)
{
    static const struct {
        const char *line, *rest, *expected;
    } rows[] = {
        {"{\"chain\":[\"" A "\"]}", "", "3003020107 "},
        {"{\"chain\":[\"" A "\"]}\r", "", "3003020107 "},
        {"{\"chain\":[\"" A "\"]}\r\n", "{", "3003020107 "},
        {"{\"chain\": [\"" A "\", \"" B "\"]}\n", "\n", "3003020107<3003020108 "},
        {"{\"chain\":[\"" A "\",\"AAAA\"]}\n", "", "!not-der 3003020107 "},
        {"{\"leaf_input\":\"AAAA\",\"extra_data\":\"AA==\"}\n", "x", "!truncated "},
        {"{\"leaf_input\": \"AAAA\", \"extra_data\": \"AAAA\"}", "", "!truncated "},
    };
    char text[128];
    for (size_t i = 0; i < ROWS(rows); i++) {
        bool goes_on = false;
        snprintf(text, sizeof text, "%s%s", rows[i].line, rows[i].rest);
        CHECK_ROW(taken_of(text, &goes_on) == strlen(rows[i].line), text);
        CHECK_ROW(goes_on && strcmp(t.text, rows[i].expected) == 0, text);
    }
}

static void other_lines_are_left_to_the_parser(void)
{
    static const char *const rows[] = {
        "",
        "{",
        "\n",
        "{}\n",
        " {\"chain\":[\"" A "\"]}\n",
        "{ \"chain\":[\"" A "\"]}\n",
        "{\"chain\" :[\"" A "\"]}\n",
        "{\"chain\":  [\"" A "\"]}\n",
        "{\"chain\":[\"" A "\"] }\n",
        "{\"chain\":[\"" A "\"]} \n",
        "{\"chain\":[\"" A "\"]}{}\n",
        "{\"chain\":[\"" A "\"]}\r\r\n",
        "{\"chain\":[\"" A "\"],\"x\":1}\n",
        "{\"chain\":[\"" A "\"",
        "{\"chain\":[\"" A,
        "{\"chain\":[\"" A "\",]}\n",
        "{\"chain\":[]}\n",
        "{\"chain\":[\"" A "\",\"\"]}\n",
        "{\"chain\":[\"MAMCAf\\/=\"]}\n",
        "{\"chain\":[\"MAMCAQc\"]}\n",
        "{\"chain\":[\"" A "\n" B "\"]}\n",
        "{\"leaf_input\":\"\",\"extra_data\":\"AAAA\"}\n",
        "{\"leaf_input\":\"AAAA\",\"extra_data\":\"\"}\n",
        "{\"leaf_input\":\"AAAA\"}\n",
        "{\"leaf_input\":\"AAAA\",\"chain\":[\"" A "\"]}\n",
        "{\"leaf_input\":\"AAAA\",\"extra_data\":\"\",\"chain\":[\"" A "\"]}\n",
        "{\"extra_data\":\"\",\"leaf_input\":\"AAAA\"}\n",
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        bool goes_on;
        CHECK_ROW(taken_of(rows[i], &goes_on) == 0 && t.n == 0, rows[i]);
    }
}

/* `count` texts of `size` characters each. */
static size_t taken_of_many(size_t count, size_t size)
{
    char *text = malloc(count * (size + 3) + 32), *at;
    bool goes_on;
    if (text == NULL)
        abort();
    at = stpcpy(text, "{\"chain\":[");
    for (size_t i = 0; i < count; i++) {
        *at++ = '"';
        memset(at, 'A', size);
        at = stpcpy(at + size, i + 1 < count ? "\"," : "\"]}\n");
    }
    size_t n = taken_of(text, &goes_on);
    CU_ASSERT(n == 0 || n == strlen(text));
    free(text);
    return n;
}

static void what_is_too_much_is_left_to_the_parser(void)
{
    CU_ASSERT(taken_of_many(64, 4) > 0);
    CU_ASSERT(taken_of_many(65, 4) == 0);
    CU_ASSERT(taken_of_many(1, 30000) > 0);
    CU_ASSERT(taken_of_many(1, 100000) == 0);
    CU_ASSERT(taken_of_many(20, 4000) == 0);
    /* 15 characters are around it. */
    CU_ASSERT(taken_of_many(1, RS_PLAIN_LINE_MAX - 16) > 0);
    CU_ASSERT(taken_of_many(1, RS_PLAIN_LINE_MAX - 12) == 0);
}

static void the_sink_can_stop(void)
{
    static const char line[] = "{\"chain\":[\"" A "\"]}\n";
    static rs_plain_line plain;
    rs_survey_sink sink = taken_sink(&t);
    t.calls_left = 1;
    CU_ASSERT(rs_plain_line_read(&plain, rs_bytes_of_string(line)) && plain.size == strlen(line));
    CU_ASSERT(!rs_plain_line_decode(&plain, &sink));
}

static CU_TestInfo tests[] = {
    {"plain_lines_are_taken", plain_lines_are_taken},
    {"other_lines_are_left_to_the_parser", other_lines_are_left_to_the_parser},
    {"what_is_too_much_is_left_to_the_parser", what_is_too_much_is_left_to_the_parser},
    {"the_sink_can_stop", the_sink_can_stop},
    CU_TEST_INFO_NULL,
};

RS_SUITE("plain_line", tests)
