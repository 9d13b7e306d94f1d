/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Datagrams to the system's log, straight to /dev/log: syslog(3) would use the application's
 * openlog() settings, keep a descriptor that it may close, and take a lock.
 */
#ifndef RS_SYSLOG_H
#define RS_SYSLOG_H

#include "lib/base/bytes.h"

#include <time.h>

/* Severities of RFC 5424; the facility is always authpriv (10). */
typedef enum rs_severity_level {
    RS_SYSLOG_ERROR = 3,
    RS_SYSLOG_WARNING = 4,
    RS_SYSLOG_NOTICE = 5,
} rs_severity_level;

#define RS_SYSLOG_MAX 1400 /* bytes of an event; longer ones are not sent */

/*
 * Sends an event as a message of RFC 5424, whose id is the event's word; `time` is UTC. Never
 * waits, never raises a signal, keeps no descriptor. Returns false if nobody took it: there is no
 * log, or it is behind.
 */
bool rs_syslog_write(rs_severity_level severity, const char *event, struct timespec time,
                     rs_bytes text);

#endif
