/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/telemetry/sink.h"

typedef struct limit {
    unsigned burst, interval_ms;
} limit;

static const limit limits[][RS_BUDGETS] = {
    [RS_SINK_SYSLOG] = {[RS_BUDGET_VERIFIED] = {20, 3000}, [RS_BUDGET_UNVERIFIED] = {5, 60000}},
    [RS_SINK_OFF] = {[RS_BUDGET_VERIFIED] = {1, 0}, [RS_BUDGET_UNVERIFIED] = {1, 0}},
    [RS_SINK_FILE] = {[RS_BUDGET_VERIFIED] = {1000, 100}, [RS_BUDGET_UNVERIFIED] = {5, 60000}},
};

void rs_sink_init(rs_sink *sink, const rs_sink_config *config)
{
    sink->kind = config->kind;
    sink->tells_names = sink->kind == RS_SINK_SYSLOG || config->full_names;
    for (unsigned budget = 0; budget < RS_BUDGETS; budget++) {
        const limit *l = &limits[sink->kind][budget];
        rs_rate_init(&sink->rates[budget], l->burst, l->interval_ms);
    }
    atomic_init(&sink->dropped, 0);
    if (sink->kind == RS_SINK_FILE)
        rs_log_file_init(&sink->log_file, config->path);
}

void rs_sink_clear(rs_sink *sink)
{
    if (sink->kind == RS_SINK_FILE)
        rs_log_file_clear(&sink->log_file);
}

bool rs_sink_is_on(const rs_sink *sink)
{
    return sink->kind != RS_SINK_OFF;
}

bool rs_sink_tells_names(const rs_sink *sink)
{
    return sink->tells_names;
}

bool rs_sink_counts_enforced(const rs_sink *sink)
{
    return sink->kind == RS_SINK_FILE;
}

bool rs_sink_admits(rs_sink *sink, rs_budget budget)
{
    return rs_rate_admits(&sink->rates[budget]);
}

static bool send_line(rs_sink *sink, rs_severity_level severity, rs_bytes text)
{
    switch (sink->kind) {
    case RS_SINK_SYSLOG:
        return rs_syslog_write(severity, text);
    case RS_SINK_FILE:
        return rs_log_file_write(&sink->log_file, text);
    case RS_SINK_OFF:
        return true;
    }
    return false;
}

bool rs_sink_write(rs_sink *sink, rs_severity_level severity, rs_json_line *line)
{
    uint64_t dropped = atomic_exchange(&sink->dropped, 0);
    bool sent = send_line(sink, severity, rs_json_line_end(line, dropped));
    if (!sent)
        rs_sink_drop(sink, dropped + 1);
    return sent;
}

void rs_sink_drop(rs_sink *sink, uint64_t count)
{
    atomic_fetch_add(&sink->dropped, count);
}

void rs_sink_refresh(rs_sink *sink)
{
    if (sink->kind == RS_SINK_FILE)
        rs_log_file_refresh(&sink->log_file);
}

void rs_sink_after_fork(rs_sink *sink)
{
    atomic_store(&sink->dropped, 0);
    if (sink->kind == RS_SINK_FILE)
        rs_log_file_after_fork(&sink->log_file);
}
