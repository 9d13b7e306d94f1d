/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/mode_line.h"

#include "tests/unit/diagnosed.h"
#include "tests/unit/suite.h"

static bool read_text(const char *text, rs_mode_period *period, rs_diagnostics *diagnostics)
{
    rs_lexer lexer;
    rs_line line = {.count = 0};
    rs_place place = {.diagnostics = diagnostics, .file = "f", .line = 1, .column = 1};
    rs_lexer_init(&lexer, "f", rs_bytes_of_string(text), diagnostics);
    CU_ASSERT_EQUAL(rs_lexer_next(&lexer, &line), RS_LEXED_LINE);
    return rs_mode_line_read(&place, &line, period);
}

static void modes_are_read(void)
{
    static const struct {
        const char *text;
        rs_mode mode;
        int64_t until;
    } cases[] = {
        {"mode enforce\n", RS_MODE_ENFORCE, 0},
        {"mode test\n", RS_MODE_TEST, 0},
        {"mode off\n", RS_MODE_OFF, 0},
        {"mode test until 2000-01-01\n", RS_MODE_TEST, 946684800},
        {"mode test until 2000-02-29\n", RS_MODE_TEST, 951782400},
        {"mode test until 2027-03-01\n", RS_MODE_TEST, 1803859200},
        {"mode test until 2038-01-19\n", RS_MODE_TEST, 2147472000},
        {"mode test until 9999-12-31\n", RS_MODE_TEST, 253402214400},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rs_diagnostics diagnostics = {.items = NULL};
        rs_mode_period period = {.until = -1};
        CU_ASSERT(read_text(cases[i].text, &period, &diagnostics));
        CU_ASSERT_EQUAL(period.mode, cases[i].mode);
        CU_ASSERT_EQUAL(period.until, cases[i].until);
        CU_ASSERT(diagnosed_as(&diagnostics, ""));
    }
}

static void errors_are_reported(void)
{
    static const char no_date[] = "1:17: no date after until; expected YYYY-MM-DD, from 2000 on\n";
    static const struct {
        const char *text;
        const char *errors;
    } cases[] = {
        {"mode\n", "1:1: missing mode; expected enforce, test or off\n"},
        {"mode on\n", "1:6: unknown mode \"on\"; expected enforce, test or off\n"},
        {"mode Test\n", "1:6: unknown mode \"Test\";\n"},
        {"mode \"test\"\n", "1:7: unknown mode \"test\";\n"},
        {"mode test 2027-03-01\n",
         "1:11: \"2027-03-01\" after the mode; expected until, or the end of the line\n"},
        {"mode off x\n", "1:10: \"x\" after the mode;\n"},
        {"mode test \"until\" 2027-03-01\n", "1:12: \"until\" after the mode;\n"},
        {"mode off until 2027-03-01\n",
         "1:10: until after mode off; only test can end on a date\n"},
        {"mode enforce until 2027-03-01\n", "1:14: until after mode enforce;\n"},
        {"mode test until\n", "1:11: no date after until; expected YYYY-MM-DD\n"},
        {"mode test until tomorrow\n", no_date},
        {"mode test until tomorrow!!\n", no_date},
        {"mode test until 2027-3-1\n", no_date},
        {"mode test until 2027-03-1\n", no_date},
        {"mode test until 2027-03-011\n", no_date},
        {"mode test until 2027/03-01\n", no_date},
        {"mode test until 2027-03/01\n", no_date},
        {"mode test until 202x-03-01\n", no_date},
        {"mode test until 2027-0x-01\n", no_date},
        {"mode test until 2027-03-0x\n", no_date},
        {"mode test until 2027--3-01\n", no_date},
        {"mode test until 2027-00-01\n", no_date},
        {"mode test until 2027-13-01\n", no_date},
        {"mode test until 2027-03-00\n", no_date},
        {"mode test until 2027-03-32\n", no_date},
        {"mode test until 2027-04-31\n", no_date},
        {"mode test until 2027-02-29\n", no_date},
        {"mode test until 2028-02-30\n", no_date},
        {"mode test until 2100-02-29\n", no_date},
        {"mode test until 1999-12-31\n", no_date},
        {"mode test until 1970-01-01\n", no_date},
        {"mode test until 0000-01-01\n", no_date},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        rs_diagnostics diagnostics = {.items = NULL};
        rs_mode_period period;
        CU_ASSERT_FALSE(read_text(cases[i].text, &period, &diagnostics));
        CU_ASSERT(diagnosed_as(&diagnostics, cases[i].errors));
        rs_diagnostics_clear(&diagnostics);
    }
}

static CU_TestInfo tests[] = {
    {"modes_are_read", modes_are_read},
    {"errors_are_reported", errors_are_reported},
    CU_TEST_INFO_NULL,
};

RS_SUITE("mode_line", tests)
