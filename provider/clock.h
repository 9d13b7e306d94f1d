/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The time in seconds, coarse: read in user space, without a system call.
 */
#ifndef RS_CLOCK_H
#define RS_CLOCK_H

#include <stdint.h>
#include <time.h>

static inline int64_t rs_clock_seconds(clockid_t clock)
{
    struct timespec now = {0};
    clock_gettime(clock, &now);
    return now.tv_sec;
}

/* Since some point in the past; never set back. */
static inline int64_t rs_clock_monotonic(void)
{
    return rs_clock_seconds(CLOCK_MONOTONIC_COARSE);
}

/* Since 1970 UTC. */
static inline int64_t rs_clock_utc(void)
{
    return rs_clock_seconds(CLOCK_REALTIME_COARSE);
}

#endif
