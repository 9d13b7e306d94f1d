/* SPDX-License-Identifier: Apache-2.0 */
#include "command/telemetry/time.h"

#include "lib/base/ascii.h"

#include <stdio.h>
#include <time.h>

enum { DAY_SECONDS = 86400, DAY_SIZE = 10, TIME_SIZE = 20 };

/* The number that `n` digits spell, -1 if one of them is none. */
static int read_digits(const uint8_t *p, size_t n)
{
    int value = 0;
    for (size_t i = 0; i < n; i++) {
        if (!rs_ascii_is_digit(p[i]))
            return -1;
        value = 10 * value + (p[i] - '0');
    }
    return value;
}

static int days_of_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

/* Days from 1970-01-01; a year that starts in March has its leap day last. */
static int64_t days_since_1970(int year, int month, int day)
{
    int64_t shifted = month > 2 ? year : year - 1;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + day_of_year - 719468;
}

/* "2026-11-22" */
static bool read_day(const uint8_t *p, int64_t *time)
{
    int year = read_digits(p, 4), month = read_digits(p + 5, 2), day = read_digits(p + 8, 2);
    if (p[4] != '-' || p[7] != '-' || year < 1970 || month < 1 || month > 12)
        return false;
    if (day < 1 || day > days_of_month(year, month))
        return false;
    *time = DAY_SECONDS * days_since_1970(year, month, day);
    return true;
}

bool rs_telemetry_time_read(rs_bytes text, int64_t *time)
{
    const uint8_t *p = text.p;
    if (text.n != TIME_SIZE || !read_day(p, time))
        return false;
    int hour = read_digits(p + 11, 2), minute = read_digits(p + 14, 2);
    int second = read_digits(p + 17, 2);
    if (p[10] != 'T' || p[13] != ':' || p[16] != ':' || p[19] != 'Z')
        return false;
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
        return false;
    *time += 3600 * hour + 60 * minute + second;
    return true;
}

bool rs_telemetry_time_read_option(const char *text, int64_t *time)
{
    rs_bytes bytes = rs_bytes_of_string(text);
    if (bytes.n == DAY_SIZE && bytes.p[4] == '-')
        return read_day(bytes.p, time);
    if (bytes.n == 0 || bytes.n > 12)
        return rs_telemetry_time_read(bytes, time);
    *time = 0;
    for (size_t i = 0; i < bytes.n; i++) {
        if (!rs_ascii_is_digit(bytes.p[i]))
            return false;
        *time = 10 * *time + (bytes.p[i] - '0');
    }
    return true;
}

void rs_telemetry_time_text(int64_t time, char out[RS_TELEMETRY_TIME_SIZE])
{
    struct tm utc;
    time_t when = (time_t)time;
    if (time < 0 || gmtime_r(&when, &utc) == NULL || utc.tm_year > 9999 - 1900 ||
        strftime(out, RS_TELEMETRY_TIME_SIZE, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
        snprintf(out, RS_TELEMETRY_TIME_SIZE, "never");
}
