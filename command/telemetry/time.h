/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Times as telemetry and the options of its readers have them: UTC, no locale, no time zone.
 */
#ifndef RS_TELEMETRY_TIME_H
#define RS_TELEMETRY_TIME_H

#include "lib/base/bytes.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Exactly "2026-11-22T00:12:34Z", as seconds since 1970 UTC. False for anything else, and for a
 * day that no calendar has. Years from 1970 on.
 */
bool rs_telemetry_time_read(rs_bytes text, int64_t *time);

/* The same, or a day ("2026-11-22", from its start), or seconds since 1970 UTC: what people type. */
bool rs_telemetry_time_read_option(const char *text, int64_t *time);

/* The first form, with its NUL; "never" for a time before 1970 or after 9999. */
#define RS_TELEMETRY_TIME_SIZE 21
void rs_telemetry_time_text(int64_t time, char out[RS_TELEMETRY_TIME_SIZE]);

#ifdef __cplusplus
}
#endif

#endif
