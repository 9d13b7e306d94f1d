/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The system's log for tests, instead of provider/syslog.c: keeps what was sent, and admits as
 * much as a test wants.
 */
#ifndef RS_SYSLOG_DOUBLE_H
#define RS_SYSLOG_DOUBLE_H

#include "syslog.h"

#include <limits.h>

static unsigned log_budget = UINT_MAX; /* how many messages are still admitted */
static unsigned log_suppressed;
static unsigned log_count;
static rs_severity_level log_severity; /* of the last message */
static char log_text[4096];            /* the last message */

static inline void log_reset(void)
{
    log_budget = UINT_MAX;
    log_suppressed = log_count = 0;
    log_text[0] = '\0';
}

bool rs_syslog_admits(void)
{
    if (log_budget == 0)
        return false;
    log_budget--;
    return true;
}

unsigned rs_syslog_take_suppressed(void)
{
    unsigned taken = log_suppressed;
    log_suppressed = 0;
    return taken;
}

void rs_syslog_send(rs_severity_level severity, rs_bytes message)
{
    log_count++;
    log_severity = severity;
    memcpy(log_text, message.p, message.n);
    log_text[message.n] = '\0';
}

#endif
