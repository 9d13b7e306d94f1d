/* SPDX-License-Identifier: Apache-2.0 */
#include "command/report/follow.h"

#include "command/base/exit_status.h"
#include "command/base/message.h"
#include "command/base/terminal.h"
#include "command/report/screen.h"
#include "command/telemetry/event_text.h"
#include "command/telemetry/follow_files.h"
#include "command/telemetry/input.h"
#include "command/telemetry/statsd.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

enum { INTERVAL = 1000 }; /* milliseconds between two reports */

typedef struct follower {
    const rs_report_follow *options;
    rs_totals totals;
    rs_telemetry_taker present, later;
    rs_statsd *statsd; /* or NULL */
    rs_screen screen;
    bool prints_events;
    uint64_t shown;   /* the number of lines in the last report that was shown */
    int64_t shown_at; /* monotonic milliseconds */
    bool has_shown;
} follower;

static int64_t now_milliseconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

static void print_event(void *context, const rs_telemetry_line *line)
{
    const follower *f = context;
    if (!f->prints_events)
        return;
    rs_arena arena = {0};
    puts(rs_event_text(&arena, line));
    rs_arena_clear(&arena);
}

static void take_new_event(void *context, const rs_telemetry_line *line)
{
    follower *f = context;
    print_event(context, line);
    if (f->statsd != NULL)
        rs_statsd_add(f->statsd, line);
}

/* Lines that change the report; those of other programs do not. */
static uint64_t lines_of(const rs_totals *totals)
{
    return totals->added + totals->outside + totals->malformed + totals->unknown;
}

static void show(follower *f)
{
    f->has_shown = true;
    f->shown = lines_of(&f->totals);
    f->shown_at = now_milliseconds();
    if (f->prints_events)
        return;
    rs_screen_begin(&f->screen);
    f->options->print(&f->totals, f->options->context);
    rs_screen_end(&f->screen);
}

/* How long to wait until the next report is due; milliseconds. */
static int time_left(const follower *f)
{
    if (f->has_shown && f->shown == lines_of(&f->totals))
        return INTERVAL;
    int64_t left = f->has_shown ? f->shown_at + INTERVAL - now_milliseconds() : 0;
    return left < 0 ? 0 : (int)left;
}

static void read_and_tell(follower *f, rs_follow_files *files)
{
    rs_follow_files_read(files);
    if (f->statsd != NULL)
        rs_statsd_flush(f->statsd);
    if (time_left(f) == 0)
        show(f);
    fflush(stdout);
}

/* Until a signal comes, the files end, or standard output is closed. */
static void follow(follower *f, rs_follow_files *files, int signals)
{
    do
        read_and_tell(f, files);
    while (rs_follow_files_go_on(files) && !ferror(stdout) &&
           !rs_follow_files_wait(files, signals, time_left(f)));
    rs_follow_files_read(files);
}

/* The last state, unless it was shown; or the table after the events. */
static void show_last(follower *f)
{
    rs_screen_finish(&f->screen);
    if (!f->options->json || f->shown != lines_of(&f->totals))
        f->options->print(&f->totals, f->options->context);
}

static void remark(const follower *f)
{
    rs_telemetry_input_remark(&f->totals);
    uint64_t lost = f->statsd == NULL ? 0 : rs_statsd_lost(f->statsd);
    if (lost > 0)
        rs_message_warning("%s: the statsd server did not take %" PRIu64
                           " packet%s; its numbers are too low",
                           f->options->statsd, lost, lost == 1 ? "" : "s");
}

/* SIGINT and SIGTERM as a descriptor, or -1 after a message. */
static int catch_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    int fd = sigprocmask(SIG_BLOCK, &set, NULL) == 0 ? signalfd(-1, &set, SFD_CLOEXEC) : -1;
    if (fd < 0)
        rs_message_error("signals: %s", strerror(errno));
    return fd;
}

static bool run(follower *f, int signals)
{
    const rs_report_follow *options = f->options;
    rs_follow_files *files =
        rs_follow_files_new(options->paths, options->count, &f->present, &f->later);
    if (files == NULL)
        return false;
    follow(f, files, signals);
    rs_follow_files_free(files);
    if (f->statsd != NULL)
        rs_statsd_flush(f->statsd);
    show_last(f);
    remark(f);
    return true;
}

bool rs_report_follow_run(const rs_report_follow *options)
{
    follower f = {.options = options};
    bool is_terminal = rs_terminal_moves(STDOUT_FILENO);
    f.prints_events = !options->json && !is_terminal;
    f.screen.is_redrawn = !options->json && is_terminal;
    f.present = (rs_telemetry_taker){options->period, &f.totals, print_event, &f};
    f.later = (rs_telemetry_taker){options->period, &f.totals, take_new_event, &f};
    if (options->statsd != NULL) {
        f.statsd = rs_statsd_new(options->statsd, options->statsd_tags);
        if (f.statsd == NULL)
            return false;
    }
    int signals = catch_signals();
    bool good = signals >= 0 && run(&f, signals);
    if (signals >= 0)
        close(signals);
    rs_statsd_free(f.statsd);
    rs_totals_clear(&f.totals);
    return good;
}
