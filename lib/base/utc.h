/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A time in UTC as text. gmtime_r(3) is not for a module: it takes a lock, which a fork may leave
 * taken in the child, and reads the environment.
 */
#ifndef RS_UTC_TEXT_H
#define RS_UTC_TEXT_H

#include <stdint.h>

#define RS_UTC_TEXT_SIZE 20 /* of "2026-11-22T00:12:34", its NUL included */

/* Writes seconds since 1970; times before 1970 or after 9999 become the nearest in between. */
void rs_utc_text(int64_t seconds, char text[RS_UTC_TEXT_SIZE]);

#endif
