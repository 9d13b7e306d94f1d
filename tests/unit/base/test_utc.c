/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/utc.h"

#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static void known_times(void)
{
    static const struct {
        int64_t seconds;
        const char *text;
    } rows[] = {
        {0, "1970-01-01T00:00:00"},
        {59, "1970-01-01T00:00:59"},
        {951782399, "2000-02-28T23:59:59"},
        {951782400, "2000-02-29T00:00:00"},
        {951868800, "2000-03-01T00:00:00"},
        {1795306354, "2026-11-22T00:12:34"},
        {2147483648, "2038-01-19T03:14:08"},
        {4107542400, "2100-03-01T00:00:00"},
        {253402300799, "9999-12-31T23:59:59"},
        {253402300800, "9999-12-31T23:59:59"},
        {INT64_MAX, "9999-12-31T23:59:59"},
        {-1, "1970-01-01T00:00:00"},
        {INT64_MIN, "1970-01-01T00:00:00"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        char text[RS_UTC_TEXT_SIZE];
        rs_utc_text(rows[i].seconds, text);
        CHECK_ROW(strcmp(text, rows[i].text) == 0, rows[i].text);
    }
}

/* Every day of five centuries: all kinds of leap years. */
static void days_as_libc_counts_them(void)
{
    for (int64_t day = 0; day < 500 * 366; day++) {
        char text[RS_UTC_TEXT_SIZE], expected[64];
        time_t seconds = day * 86400 + day % 86400;
        struct tm parts;
        rs_utc_text(seconds, text);
        CU_ASSERT_PTR_NOT_NULL_FATAL(gmtime_r(&seconds, &parts));
        CU_ASSERT_FATAL(strftime(expected, sizeof expected, "%Y-%m-%dT%H:%M:%S", &parts) > 0);
        if (strcmp(text, expected) != 0)
            CHECK_ROW(false, expected);
    }
}

static CU_TestInfo tests[] = {
    {"known times", known_times},
    {"days as libc counts them", days_as_libc_counts_them},
    CU_TEST_INFO_NULL,
};

RS_SUITE("utc_text", tests)
