/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A report that follows growing files, until SIGINT or SIGTERM, or until all pipes have ended.
 *
 * On a terminal it draws the table again, at most once a second. Elsewhere it prints a line for
 * each event, or with `json` an object for each state, at most one a second. A last report follows.
 * New events, but not those that the files contain at first, also go to a statsd server.
 */
#ifndef RS_REPORT_FOLLOW_H
#define RS_REPORT_FOLLOW_H

#include "command/telemetry/stream.h"

typedef struct rs_report_follow {
    char *const *paths;
    size_t count;
    rs_telemetry_period period;
    bool json;
    const char *statsd; /* as rs_statsd_new has it; NULL: none */
    bool statsd_tags;
    /* Prints a report on standard output: with `json` one line, else a table. */
    void (*print)(const rs_totals *totals, const void *context);
    const void *context;
} rs_report_follow;

/* False, and the reason on standard error, if the files cannot be followed. */
bool rs_report_follow_run(const rs_report_follow *follow);

#endif
