/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The calendar: times in UTC, in seconds since 1970, from and to text. gmtime_r(3) is not for a
 * module: it takes a lock, which a fork may leave taken in the child, and reads the environment.
 */
#ifndef RS_UTC_H
#define RS_UTC_H

#include "lib/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

#define RS_UTC_TEXT_SIZE 21 /* of "2026-11-22T00:12:34Z", its NUL included */
#define RS_UTC_DAY_SIZE  11 /* of "2026-11-22", its NUL included */

/* Writes a time, or its day. One before 1970 or after 9999 becomes the nearest in between. */
void rs_utc_text(int64_t seconds, char text[RS_UTC_TEXT_SIZE]);
void rs_utc_day_text(int64_t seconds, char text[RS_UTC_DAY_SIZE]);

/*
 * Reads exactly "2026-11-22T00:12:34Z", or exactly "2026-11-22", the start of that day. False for
 * any other text, for a day that is not in the calendar, and before 1970; `*seconds` is then unset.
 */
bool rs_utc_read(rs_bytes text, int64_t *seconds);
bool rs_utc_read_day(rs_bytes text, int64_t *seconds);

/* The same of a year and the ten digits behind it, MMDDHHMMSS, as certificates have them. */
bool rs_utc_read_digits(int year, rs_bytes digits, int64_t *seconds);

/* Reads what people type: one of the two, or seconds since 1970 in at most 12 digits. */
bool rs_utc_read_any(rs_bytes text, int64_t *seconds);

#ifdef __cplusplus
}
#endif

#endif
