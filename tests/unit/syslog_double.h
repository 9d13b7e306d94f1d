/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The system's log for tests, instead of provider/syslog.c and rate.c: keeps what was sent, and
 * admits as much as a test wants.
 */
#ifndef RS_SYSLOG_DOUBLE_H
#define RS_SYSLOG_DOUBLE_H

#include "provider/telemetry/rate.h"
#include "provider/telemetry/syslog.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#define LOG_LINES 16

static atomic_uint log_budget = UINT_MAX; /* how many messages are still admitted */
static atomic_uint log_refused;           /* how many were not */
static bool log_gone;                     /* nobody takes a message */
static unsigned log_count;
static rs_severity_level log_severity;  /* of the last message */
static char log_text[4096];             /* the last message */
static char log_lines[LOG_LINES][1500]; /* the first ones */

static inline void log_reset(void)
{
    log_budget = UINT_MAX;
    log_refused = log_count = 0;
    log_gone = false;
    log_text[0] = '\0';
    memset(log_lines, 0, sizeof log_lines);
}

/* Of the first lines, how many have this in them. */
static inline unsigned log_lines_with(const char *part)
{
    unsigned count = 0;
    for (unsigned i = 0; i < LOG_LINES; i++)
        count += strstr(log_lines[i], part) != NULL;
    return count;
}

void rs_rate_init(rs_rate *rate, unsigned burst, unsigned interval_ms)
{
    rate->burst = burst;
    rate->interval_ms = interval_ms;
}

bool rs_rate_admits(rs_rate *rate)
{
    (void)rate;
    unsigned left = log_budget;
    while (left > 0)
        if (atomic_compare_exchange_weak(&log_budget, &left, left - 1))
            return true;
    log_refused++;
    return false;
}

bool rs_syslog_write(rs_severity_level severity, rs_bytes text)
{
    if (log_gone)
        return false;
    log_severity = severity;
    memcpy(log_text, text.p, text.n);
    log_text[text.n] = '\0';
    if (log_count < LOG_LINES)
        memcpy(log_lines[log_count], log_text, text.n + 1);
    log_count++;
    errno = ENOTTY; /* as system calls leave it */
    return true;
}

#endif
