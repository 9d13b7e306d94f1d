/* SPDX-License-Identifier: Apache-2.0 */
/* With the system's log and the file as doubles: what is lost there is up to the test. */
#include "provider/telemetry/sink.h"

#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

#include <stdio.h>

typedef enum event_of_file { NOTHING, OPENED, CLEARED, REFRESHED, FORKED } event_of_file;

static bool takes = true; /* whether the double takes what it gets */
static event_of_file last_of_file;
static const char *file_path;
static unsigned in_syslog, in_file;
static rs_severity_level last_severity;
static char last_text[RS_JSON_LINE_MAX + 1];

static bool keep(rs_bytes text, unsigned *count)
{
    if (!takes)
        return false;
    memcpy(last_text, text.p, text.n);
    last_text[text.n] = '\0';
    ++*count;
    return true;
}

bool rs_syslog_write(rs_severity_level severity, rs_bytes text)
{
    last_severity = severity;
    return keep(text, &in_syslog);
}

void rs_log_file_init(rs_log_file *file, const char *path)
{
    (void)file;
    file_path = path;
    last_of_file = OPENED;
}

void rs_log_file_clear(rs_log_file *file)
{
    (void)file;
    last_of_file = CLEARED;
}

bool rs_log_file_write(rs_log_file *file, rs_bytes line)
{
    (void)file;
    return keep(line, &in_file);
}

void rs_log_file_refresh(rs_log_file *file)
{
    (void)file;
    last_of_file = REFRESHED;
}

void rs_log_file_after_fork(rs_log_file *file)
{
    (void)file;
    last_of_file = FORKED;
}

/* A sink of a kind, the double taking all. */
static void start(rs_sink *sink, rs_sink_kind kind, bool full_names)
{
    last_of_file = NOTHING;
    in_syslog = in_file = 0;
    last_text[0] = '\0';
    takes = true;
    rs_sink_init(sink,
                 &(rs_sink_config){.kind = kind, .path = "/var/log/a", .full_names = full_names});
}

static bool write_event(rs_sink *sink, rs_severity_level severity, rs_telemetry_event event)
{
    rs_json_line line;
    rs_json_line_start(&line, event);
    return rs_sink_write(sink, severity, &line);
}

static bool ends_with(const char *text, const char *end)
{
    size_t size = strlen(text), end_size = strlen(end);
    return size >= end_size && strcmp(text + size - end_size, end) == 0;
}

static void what_each_kind_is(void)
{
    static const struct {
        const char *what;
        rs_sink_kind kind;
        bool full_names, on, tells_names, counts_enforced, opens;
    } rows[] = {
        {"syslog", RS_SINK_SYSLOG, false, true, true, false, false},
        {"syslog, full", RS_SINK_SYSLOG, true, true, true, false, false},
        {"file", RS_SINK_FILE, false, true, false, true, true},
        {"file, full", RS_SINK_FILE, true, true, true, true, true},
        {"off", RS_SINK_OFF, false, false, false, false, false},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_sink sink;
        start(&sink, rows[i].kind, rows[i].full_names);
        CHECK_ROW(rs_sink_is_on(&sink) == rows[i].on, rows[i].what);
        CHECK_ROW(rs_sink_tells_names(&sink) == rows[i].tells_names, rows[i].what);
        CHECK_ROW(rs_sink_counts_enforced(&sink) == rows[i].counts_enforced, rows[i].what);
        CHECK_ROW((last_of_file == OPENED) == rows[i].opens, rows[i].what);
        last_of_file = NOTHING;
        rs_sink_refresh(&sink);
        CHECK_ROW((last_of_file == REFRESHED) == rows[i].opens, rows[i].what);
        rs_sink_after_fork(&sink);
        CHECK_ROW((last_of_file == FORKED) == rows[i].opens, rows[i].what);
        rs_sink_clear(&sink);
        CHECK_ROW((last_of_file == CLEARED) == rows[i].opens, rows[i].what);
    }
}

static void lines_go_where_the_kind_says(void)
{
    rs_sink sink;
    start(&sink, RS_SINK_SYSLOG, false);
    CU_ASSERT(write_event(&sink, RS_SYSLOG_NOTICE, RS_TELEMETRY_CHECKS));
    CU_ASSERT(in_syslog == 1 && in_file == 0);
    CU_ASSERT(last_severity == RS_SYSLOG_NOTICE);
    CU_ASSERT(strncmp(last_text, "{\"rootscope\":1,\"event\":\"checks\",", 32) == 0);
    CU_ASSERT(ends_with(last_text, "}"));

    start(&sink, RS_SINK_FILE, false);
    CU_ASSERT_STRING_EQUAL(file_path, "/var/log/a");
    CU_ASSERT(write_event(&sink, RS_SYSLOG_WARNING, RS_TELEMETRY_VIOLATION));
    CU_ASSERT(in_syslog == 0 && in_file == 1);
    CU_ASSERT(strncmp(last_text, "{\"rootscope\":1,\"event\":\"violation\",", 35) == 0);

    start(&sink, RS_SINK_OFF, false);
    CU_ASSERT(write_event(&sink, RS_SYSLOG_WARNING, RS_TELEMETRY_VIOLATION));
    CU_ASSERT(in_syslog == 0 && in_file == 0);
}

static void lost_lines_are_counted_and_told_once(void)
{
    static const rs_sink_kind kinds[] = {RS_SINK_SYSLOG, RS_SINK_FILE};
    for (size_t i = 0; i < ROWS(kinds); i++) {
        const char *kind = i == 0 ? "syslog" : "file";
        rs_sink sink;
        start(&sink, kinds[i], false);
        takes = false;
        CHECK_ROW(!write_event(&sink, RS_SYSLOG_ERROR, RS_TELEMETRY_PROBLEM), kind);
        CHECK_ROW(!write_event(&sink, RS_SYSLOG_ERROR, RS_TELEMETRY_PROBLEM), kind);
        rs_sink_drop(&sink, 5);
        takes = true;
        CHECK_ROW(write_event(&sink, RS_SYSLOG_ERROR, RS_TELEMETRY_PROBLEM), kind);
        CHECK_ROW(ends_with(last_text, ",\"dropped\":7}"), kind);
        CHECK_ROW(write_event(&sink, RS_SYSLOG_ERROR, RS_TELEMETRY_PROBLEM), kind);
        CHECK_ROW(strstr(last_text, "dropped") == NULL, kind);
    }
}

static void child_of_fork_does_not_tell_what_the_parent_lost(void)
{
    rs_sink sink;
    start(&sink, RS_SINK_SYSLOG, false);
    rs_sink_drop(&sink, 5);
    rs_sink_after_fork(&sink);
    CU_ASSERT(write_event(&sink, RS_SYSLOG_ERROR, RS_TELEMETRY_PROBLEM));
    CU_ASSERT(strstr(last_text, "dropped") == NULL);
}

/* Asked within less time than an interval: as many as the burst. */
static void budgets_are_apart(void)
{
    static const struct {
        rs_sink_kind kind;
        unsigned verified, unverified;
        const char *what;
    } rows[] = {{RS_SINK_SYSLOG, 20, 5, "syslog"}, {RS_SINK_FILE, 1000, 5, "file"}};
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_sink sink;
        unsigned unverified = 0;
        start(&sink, rows[i].kind, false);
        while (rs_sink_admits(&sink, RS_BUDGET_UNVERIFIED))
            unverified++;
        CHECK_ROW(unverified == rows[i].unverified, rows[i].what);
        for (unsigned asked = 0; asked < rows[i].verified; asked++)
            CHECK_ROW(rs_sink_admits(&sink, RS_BUDGET_VERIFIED), rows[i].what);
        CHECK_ROW(sink.rates[RS_BUDGET_VERIFIED].burst == rows[i].verified, rows[i].what);
    }
}

static void intervals(void)
{
    rs_sink sink;
    start(&sink, RS_SINK_SYSLOG, false);
    CU_ASSERT(sink.rates[RS_BUDGET_VERIFIED].interval_ms == 3000);
    CU_ASSERT(sink.rates[RS_BUDGET_UNVERIFIED].interval_ms == 60000);
    start(&sink, RS_SINK_FILE, false);
    CU_ASSERT(sink.rates[RS_BUDGET_VERIFIED].interval_ms == 100);
    CU_ASSERT(sink.rates[RS_BUDGET_UNVERIFIED].interval_ms == 60000);
}

static CU_TestInfo tests[] = {
    {"what each kind is", what_each_kind_is},
    {"lines go where the kind says", lines_go_where_the_kind_says},
    {"lost lines are counted and told once", lost_lines_are_counted_and_told_once},
    {"child of fork does not tell what the parent lost",
     child_of_fork_does_not_tell_what_the_parent_lost},
    {"budgets are apart", budgets_are_apart},
    {"intervals", intervals},
    CU_TEST_INFO_NULL,
};

RS_SUITE("sink", tests)
