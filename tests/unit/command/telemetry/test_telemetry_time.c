/* SPDX-License-Identifier: Apache-2.0 */
#include "command/telemetry/time.h"

#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

static void times_that_are(void)
{
    static const struct {
        const char *text;
        int64_t time;
    } rows[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"2000-02-29T23:59:59Z", 951868799},
        {"2026-11-22T00:12:34Z", 1795306354},
        {"2100-03-01T00:00:00Z", 4107542400},
        {"9999-12-31T23:59:59Z", 253402300799},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        int64_t time;
        char text[RS_TELEMETRY_TIME_SIZE];
        CHECK_ROW(rs_telemetry_time_read(rs_bytes_of_string(rows[i].text), &time), rows[i].text);
        CHECK_ROW(time == rows[i].time, rows[i].text);
        rs_telemetry_time_text(time, text);
        CHECK_ROW(strcmp(text, rows[i].text) == 0, rows[i].text);
    }
}

static void times_that_are_not(void)
{
    static const char *const rows[] = {
        "",
        "2026-11-22",
        "1969-12-31T23:59:59Z",
        "2026-02-29T00:00:00Z",
        "2100-02-29T00:00:00Z",
        "2026-00-01T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-11-00T00:00:00Z",
        "2026-11-31T00:00:00Z",
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
        int64_t time;
        rs_bytes text = exact_copy(rs_bytes_of_string(rows[i]));
        CHECK_ROW(!rs_telemetry_time_read(text, &time), rows[i]);
        exact_free(text);
    }
}

static void options(void)
{
    static const struct {
        const char *text;
        bool good;
        int64_t time;
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
        int64_t time;
        bool good = rs_telemetry_time_read_option(rows[i].text, &time);
        CHECK_ROW(good == rows[i].good, rows[i].text);
        CHECK_ROW(!good || time == rows[i].time, rows[i].text);
    }
}

static void times_without_a_text(void)
{
    static const int64_t rows[] = {-1, INT64_MIN, INT64_MAX, 253402300800};
    for (size_t i = 0; i < ROWS(rows); i++) {
        char text[RS_TELEMETRY_TIME_SIZE];
        rs_telemetry_time_text(rows[i], text);
        CU_ASSERT(strcmp(text, "never") == 0);
    }
}

static CU_TestInfo tests[] = {
    {"times_that_are", times_that_are},
    {"times_that_are_not", times_that_are_not},
    {"options", options},
    {"times_without_a_text", times_without_a_text},
    CU_TEST_INFO_NULL,
};

RS_SUITE("telemetry_time", tests)
