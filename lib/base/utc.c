/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/utc.h"

#include "lib/base/ascii.h"
#include "lib/base/little_endian.h"

#include <stdio.h>

enum {
    DAY_SECONDS = 86400,
    DAYS_OF_400_YEARS = 146097,
    DAYS_TO_1970 = 719468,
    DAY_LENGTH = RS_UTC_DAY_SIZE - 1,
    TIME_LENGTH = RS_UTC_TEXT_SIZE - 1,
    SECONDS_DIGITS_MAX = 12,
};

static const int64_t last_second = 253402300799; /* 9999-12-31T23:59:59Z */

typedef struct date {
    int year, month, day;
} date;

/*
 * Days are counted from the 1st of March of the year 0: leap days then end a year, and months
 * repeat their lengths every five.
 */
static unsigned to_days(date d)
{
    unsigned year = (unsigned)(d.month > 2 ? d.year : d.year - 1);
    unsigned month = (unsigned)(d.month > 2 ? d.month - 3 : d.month + 9);
    return 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 +
           (unsigned)d.day - 1;
}

static date from_days(int64_t days)
{
    int64_t day = days % DAYS_OF_400_YEARS;
    int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    day -= year * 365 + year / 4 - year / 100;
    int64_t month = (5 * day + 2) / 153;
    year += days / DAYS_OF_400_YEARS * 400 + (month >= 10 ? 1 : 0);
    return (date){
        .year = (int)year,
        .month = (int)(month >= 10 ? month - 9 : month + 3),
        .day = (int)(day - (153 * month + 2) / 5 + 1),
    };
}

static int month_length(int year, int month)
{
    static const int8_t lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool has_leap_day = month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return lengths[month - 1] + has_leap_day;
}

static int64_t limited(int64_t seconds)
{
    return seconds < 0 ? 0 : seconds > last_second ? last_second : seconds;
}

void rs_utc_day_text(int64_t seconds, char text[RS_UTC_DAY_SIZE])
{
    date d = from_days(limited(seconds) / DAY_SECONDS + DAYS_TO_1970);
    snprintf(text, RS_UTC_DAY_SIZE, "%04u-%02u-%02u", (unsigned)d.year % 10000,
             (unsigned)d.month % 100, (unsigned)d.day % 100);
}

void rs_utc_text(int64_t seconds, char text[RS_UTC_TEXT_SIZE])
{
    unsigned second = (unsigned)(limited(seconds) % DAY_SECONDS);
    rs_utc_day_text(seconds, text);
    snprintf(text + DAY_LENGTH, RS_UTC_TEXT_SIZE - DAY_LENGTH, "T%02u:%02u:%02uZ",
             second / 3600 % 100, second / 60 % 60, second % 60);
}

/* The number that the `n` digits at `at` spell, -1 if one of them is not a digit. */
static int number_at(rs_bytes text, size_t at, size_t n)
{
    int value = 0;
    for (size_t i = at; i < at + n; i++) {
        if (!rs_ascii_is_digit(text.p[i]))
            return -1;
        value = 10 * value + (text.p[i] - '0');
    }
    return value;
}

/* The start of a day from 1970 on, if the calendar has it. */
static inline bool day_start(date d, int64_t *seconds)
{
    if (d.year < 1970 || d.month < 1 || d.month > 12 || d.day < 1 ||
        d.day > month_length(d.year, d.month))
        return false;
    *seconds = (int64_t)DAY_SECONDS * (to_days(d) - DAYS_TO_1970);
    return true;
}

/* Adds the time of a day to its start. */
static bool add_time(int hour, int minute, int second, int64_t *seconds)
{
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
        return false;
    *seconds += 3600 * hour + 60 * minute + second;
    return true;
}

bool rs_utc_read_day(rs_bytes text, int64_t *seconds)
{
    if (text.n != DAY_LENGTH || text.p[4] != '-' || text.p[7] != '-')
        return false;
    date d = {number_at(text, 0, 4), number_at(text, 5, 2), number_at(text, 8, 2)};
    return day_start(d, seconds);
}

bool rs_utc_read(rs_bytes text, int64_t *seconds)
{
    if (text.n != TIME_LENGTH || !rs_utc_read_day(rs_bytes_make(text.p, DAY_LENGTH), seconds))
        return false;
    if (text.p[10] != 'T' || text.p[13] != ':' || text.p[16] != ':' || text.p[19] != 'Z')
        return false;
    return add_time(number_at(text, 11, 2), number_at(text, 14, 2), number_at(text, 17, 2),
                    seconds);
}

/* The numbers that four pairs of digits spell, 16 bits apart. False if one is not a digit. */
static bool read_pairs(const uint8_t digits[8], uint64_t *pairs)
{
    uint64_t each = rs_le64_get(digits) ^ UINT64_C(0x3030303030303030);
    uint64_t above_9 = each + UINT64_C(0x7676767676767676); /* its high bit is set */
    *pairs = 10 * each + (each >> 8);
    return ((each | above_9) & UINT64_C(0x8080808080808080)) == 0;
}

bool rs_utc_read_digits(int year, rs_bytes digits, int64_t *seconds)
{
    uint64_t pairs;
    if (digits.n != 10 || !read_pairs(digits.p, &pairs))
        return false;
    date d = {year, (uint8_t)pairs, (uint8_t)(pairs >> 16)};
    return day_start(d, seconds) && add_time((uint8_t)(pairs >> 32), (uint8_t)(pairs >> 48),
                                             number_at(digits, 8, 2), seconds);
}

bool rs_utc_read_any(rs_bytes text, int64_t *seconds)
{
    int64_t number = 0;
    if (rs_utc_read_day(text, seconds) || rs_utc_read(text, seconds))
        return true;
    for (size_t i = 0; i < text.n; i++) {
        if (i == SECONDS_DIGITS_MAX || !rs_ascii_is_digit(text.p[i]))
            return false;
        number = 10 * number + (text.p[i] - '0');
    }
    *seconds = number;
    return text.n > 0;
}
