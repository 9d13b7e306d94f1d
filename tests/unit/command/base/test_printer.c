/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/printer.h"

#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

static void columns_are_characters(void)
{
    CU_ASSERT(rs_printer_columns("") == 0);
    CU_ASSERT(rs_printer_columns("abc") == 3);
    CU_ASSERT(rs_printer_columns("\xc3\xbc\xe2\x96\x88\xf0\x9f\x98\x80") == 3);
}

static void numbers_with_what_they_count(void)
{
    rs_printer printer = {0};
    CU_ASSERT(strcmp(rs_printer_counted(&printer, 1, "chain"), "1 chain") == 0);
    CU_ASSERT(strcmp(rs_printer_counted(&printer, 0, "chain"), "0 chains") == 0);
    CU_ASSERT(strcmp(rs_printer_counted(&printer, 2000, "row"), "2,000 rows") == 0);
    rs_arena_clear(&printer.arena);
}

static void bars(void)
{
    static const struct {
        uint64_t part, whole;
        const char *bar;
    } rows[] = {
        {0, 100, "            "},
        {0, 0, "            "},
        {1, 0, "▏           "},
        {1, 1000000, "▏           "},
        {25, 100, "██▌         "},
        {50, 100, "█████       "},
        {100, 100, "██████████  "},
        {200, 100, "██████████  "},
        {INT64_MAX, INT64_MAX, "██████████  "},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_printer printer = {0};
        CHECK_ROW(*rs_printer_bar(&printer, rows[i].part, rows[i].whole) == '\0', rows[i].bar);
        printer.is_terminal = true;
        const char *bar = rs_printer_bar(&printer, rows[i].part, rows[i].whole);
        CHECK_ROW(strcmp(bar, rows[i].bar) == 0, bar);
        rs_arena_clear(&printer.arena);
    }
}

static CU_TestInfo tests[] = {
    {"columns_are_characters", columns_are_characters},
    {"numbers_with_what_they_count", numbers_with_what_they_count},
    {"bars", bars},
    CU_TEST_INFO_NULL,
};

RS_SUITE("printer", tests)
