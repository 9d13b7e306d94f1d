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
        {0, "1970-01-01T00:00:00Z"},
        {59, "1970-01-01T00:00:59Z"},
        {951782399, "2000-02-28T23:59:59Z"},
        {951782400, "2000-02-29T00:00:00Z"},
        {951868800, "2000-03-01T00:00:00Z"},
        {1795306354, "2026-11-22T00:12:34Z"},
        {2147483648, "2038-01-19T03:14:08Z"},
        {4107542400, "2100-03-01T00:00:00Z"},
        {253402300799, "9999-12-31T23:59:59Z"},
        {253402300800, "9999-12-31T23:59:59Z"},
        {INT64_MAX, "9999-12-31T23:59:59Z"},
        {-1, "1970-01-01T00:00:00Z"},
        {INT64_MIN, "1970-01-01T00:00:00Z"},
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
        CU_ASSERT_FATAL(strftime(expected, sizeof expected, "%Y-%m-%dT%H:%M:%SZ", &parts) > 0);
        int64_t read;
        if (strcmp(text, expected) != 0 || !rs_utc_read(rs_bytes_of_string(text), &read) ||
            read != seconds)
            CHECK_ROW(false, expected);
        rs_utc_day_text(seconds, text);
        if (strlen(text) != 10 || strncmp(text, expected, 10) != 0 ||
            !rs_utc_read_day(rs_bytes_of_string(text), &read) || read != day * 86400)
            CHECK_ROW(false, expected);
    }
}

static void what_is_not_a_time(void)
{
    static const char *const rows[] = {
        "",
        "2026-11-22",
        "1969-12-31T23:59:59Z",
        "2026-02-29T00:00:00Z",
        "2100-02-29T00:00:00Z",
        "20A6-11-22T00:00:00Z",
        "202A-11-22T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-11-00T00:00:00Z",
        "2026-11-31T00:00:00Z",
        "2026-12-32T00:00:00Z",
        "2026-01-99T00:00:00Z",
        "2026-11-22T24:00:00Z",
        "2026-11-22T00:60:00Z",
        "2026-11-22T00:00:60Z",
        "2026-11-22 00:00:00Z",
        "2026-11-22T00:00:00z",
        "2026-11-22T00:00:00+",
        "2026/11/22T00:00:00Z",
        "2026-11-22T00.00.00Z",
        "2026-11-22T+1:00:00Z",
        "2026-11-22T00:00:00ZZ",
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        int64_t seconds;
        rs_bytes text = exact_copy(rs_bytes_of_string(rows[i]));
        CHECK_ROW(!rs_utc_read(text, &seconds), rows[i]);
        exact_free(text);
    }
}

static void what_people_type(void)
{
    static const struct {
        const char *text;
        bool good;
        int64_t seconds;
    } rows[] = {
        {"2026-11-22T00:12:34Z", true, 1795306354},
        {"2026-11-22", true, 1795305600},
        {"0", true, 0},
        {"1795306354", true, 1795306354},
        {"999999999999", true, 999999999999},
        {"", false, 0},
        {"-1", false, 0},
        {"1e9", false, 0},
        {"9999999999999", false, 0},
        {"2026-11-32", false, 0},
        {"2026-11-2", false, 0},
        {"yesterday", false, 0},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        int64_t seconds;
        rs_bytes text = exact_copy(rs_bytes_of_string(rows[i].text));
        CHECK_ROW(rs_utc_read_any(text, &seconds) == rows[i].good, rows[i].text);
        CHECK_ROW(!rows[i].good || seconds == rows[i].seconds, rows[i].text);
        exact_free(text);
    }
}

static CU_TestInfo tests[] = {
    {"known times", known_times},
    {"days as libc counts them", days_as_libc_counts_them},
    {"what is not a time", what_is_not_a_time},
    {"what people type", what_people_type},
    CU_TEST_INFO_NULL,
};

RS_SUITE("utc", tests)
