/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a policy's telemetry goes: the system's log, a file, or nowhere. Any thread may use a sink
 * at any time; nothing here waits, and what cannot be sent at once is lost and counted.
 */
#ifndef RS_SINK_H
#define RS_SINK_H

#include "provider/telemetry/json_line.h"
#include "provider/telemetry/log_file.h"
#include "provider/telemetry/rate.h"
#include "provider/telemetry/syslog.h"

/* Two budgets, so that forged chains can neither fill the log nor use up what is for real ones. */
typedef enum rs_budget {
    RS_BUDGET_VERIFIED,   /* what is known for sure: verified chains, problems */
    RS_BUDGET_UNVERIFIED, /* violations of chains whose signatures do not hold or cannot be told */
    RS_BUDGETS
} rs_budget;

typedef enum rs_sink_kind {
    RS_SINK_SYSLOG,
    RS_SINK_OFF,
    RS_SINK_FILE,
} rs_sink_kind;

typedef struct rs_sink_config {
    rs_sink_kind kind;
    const char *path; /* of the file, absolute; only if the kind is RS_SINK_FILE */
    bool full_names;  /* in a file, too: the system's log always has them */
} rs_sink_config;

typedef struct rs_sink {
    rs_sink_kind kind;
    bool tells_names;
    rs_log_file log_file; /* only if the kind is RS_SINK_FILE */
    rs_rate rates[RS_BUDGETS];
    atomic_ullong dropped; /* since the last line that was sent */
} rs_sink;

/*
 * Sets up a sink, and opens its file: do it before the program can chroot or drop its privileges.
 * Never fails; a file that cannot be opened is tried again at each line. The path is borrowed for
 * the life of the sink.
 */
void rs_sink_init(rs_sink *sink, const rs_sink_config *config);

/* Lets go of the file. Nobody may use the sink at that time or later. */
void rs_sink_clear(rs_sink *sink);

/* False: nothing is to be written at all, and nothing needs to be counted. */
bool rs_sink_is_on(const rs_sink *sink);

/* May a line tell full names and addresses, or only suffixes and networks? */
bool rs_sink_tells_names(const rs_sink *sink);

/* Are lines "checks" wanted of roots whose mode is enforce, too? */
bool rs_sink_counts_enforced(const rs_sink *sink);

/* May another line be written now? If so, it counts as written. No system call. */
bool rs_sink_admits(rs_sink *sink, rs_budget budget);

/*
 * Ends the line, with the number of those that were lost before it, and sends it. Returns false
 * if it was lost: then it counts as one more. The severity matters to the system's log only. A
 * sink that is off takes every line.
 */
bool rs_sink_write(rs_sink *sink, rs_severity_level severity, rs_json_line *line);

/* Counts lines, or what would have become lines, as lost. No system call. */
void rs_sink_drop(rs_sink *sink, uint64_t count);

/* At each refresh of the policy: goes over to the new file if the log was rotated. */
void rs_sink_refresh(rs_sink *sink);

/* In a child of fork: the parent tells what was lost. The file stays open and shared. */
void rs_sink_after_fork(rs_sink *sink);

#endif
