/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/utc.h"

#include <stdio.h>

void rs_utc_text(int64_t seconds, char text[RS_UTC_TEXT_SIZE])
{
    enum { DAY = 86400, DAYS_OF_400_YEARS = 146097, DAYS_TO_1970 = 719468 };
    static const int64_t last = 253402300799; /* 9999-12-31T23:59:59 */
    seconds = seconds < 0 ? 0 : seconds > last ? last : seconds;

    /* Counted from the 1st of March of the year 0: leap days end the year, and months repeat
       their lengths every five. */
    int64_t days = seconds / DAY + DAYS_TO_1970;
    int64_t day = days % DAYS_OF_400_YEARS;
    int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    day -= year * 365 + year / 4 - year / 100;
    int64_t month = (5 * day + 2) / 153;
    int64_t day_of_month = day - (153 * month + 2) / 5 + 1;
    year += days / DAYS_OF_400_YEARS * 400 + (month >= 10 ? 1 : 0);
    month += month >= 10 ? -9 : 3;

    int64_t second = seconds % DAY;
    snprintf(text, RS_UTC_TEXT_SIZE, "%04u-%02u-%02uT%02u:%02u:%02u", (unsigned)year % 10000,
             (unsigned)month % 100, (unsigned)day_of_month % 100, (unsigned)(second / 3600) % 100,
             (unsigned)(second / 60 % 60), (unsigned)(second % 60));
}
