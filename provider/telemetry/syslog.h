/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Datagrams to the system's log, straight to /dev/log: syslog(3) would use the application's
 * openlog() settings, keep a descriptor that the application may close, and take a lock.
 */
#ifndef RS_SYSLOG_H
#define RS_SYSLOG_H

#include "lib/base/bytes.h"

/* Severities of syslog(3); the facility is always authpriv (10). */
typedef enum rs_severity_level {
    RS_SYSLOG_ERROR = 3,
    RS_SYSLOG_WARNING = 4,
    RS_SYSLOG_NOTICE = 5,
} rs_severity_level;

/*
 * Sends an event as `<PRI>rootscope[PID]: EVENT`, the form in which syslog(3) itself writes to
 * /dev/log, without the time, which the receiver adds. Never waits, never raises a signal, keeps no
 * descriptor. Returns false if nobody took it: there is no log, or it is behind.
 */
bool rs_syslog_write(rs_severity_level severity, rs_bytes event);

#endif
