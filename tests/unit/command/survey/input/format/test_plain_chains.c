/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/format/plain_chains.h"

#include "tests/unit/command/survey/input/taken.h"
#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

#define A "MAMCAQc="
#define B "MAMCAQg="

static taken t;

/* What the first line is taken for, in memory of just its size. */
static size_t taken_of(const char *text, bool *goes_on)
{
    rs_survey_sink sink = taken_sink(&t);
    rs_bytes exact = exact_copy(rs_bytes_of_string(text));
    size_t n = rs_plain_chains_take(exact, &sink, goes_on);
    exact_free(exact);
    return n;
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
        {"{\"chain\":[\"" A "\",\"\"]}\n", "", "!not-der 3003020107 "},
        {"{\"leaf_input\":\"AAAA\",\"extra_data\":\"\"}\n", "x", "!truncated "},
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
        "{\"chain\":[\"MAMCAf\\/=\"]}\n",
        "{\"chain\":[\"MAMCAQc\"]}\n",
        "{\"chain\":[\"" A "\n" B "\"]}\n",
        "{\"leaf_input\":\"\",\"extra_data\":\"\"}\n",
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
}

static void the_sink_can_stop(void)
{
    static const char line[] = "{\"chain\":[\"" A "\"]}\n";
    rs_survey_sink sink = taken_sink(&t);
    bool goes_on = true;
    t.calls_left = 1;
    CU_ASSERT(rs_plain_chains_take(rs_bytes_of_string(line), &sink, &goes_on) == strlen(line));
    CU_ASSERT(!goes_on);
}

static CU_TestInfo tests[] = {
    {"plain_lines_are_taken", plain_lines_are_taken},
    {"other_lines_are_left_to_the_parser", other_lines_are_left_to_the_parser},
    {"what_is_too_much_is_left_to_the_parser", what_is_too_much_is_left_to_the_parser},
    {"the_sink_can_stop", the_sink_can_stop},
    CU_TEST_INFO_NULL,
};

RS_SUITE("plain_chains", tests)
