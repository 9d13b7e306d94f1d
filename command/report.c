/* SPDX-License-Identifier: Apache-2.0 */
#include "command/report/in_force.h"
#include "command/report/view.h"

#include "command/analysis.h"
#include "command/base/message.h"
#include "command/base/options.h"
#include "command/base/text.h"
#include "command/command.h"
#include "command/list/hint.h"
#include "command/list/local_edits.h"
#include "command/list/open_list.h"
#include "command/report/diff.h"
#include "command/report/follow.h"
#include "command/report/page.h"
#include "command/report/told_root.h"
#include "command/telemetry/input.h"
#include "lib/base/utc.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define NUMBER_MAX 999999999999999 /* exact as a floating point number, too */

typedef struct options {
    rs_telemetry_period period;
    const char *root; /* NULL: all */
    const char *list; /* NULL: the usual one, where there is one */
    uint64_t min_checks;
    const char *shipped, *local, *file; /* NULL: the usual ones */
    rs_report_origin origin;
    const char *html;   /* where the page goes; NULL: none is asked for */
    const char *statsd; /* NULL: none */
    bool json, all, any_user, diff, follow, statsd_tags, ready;
} options;

/* Keeps only the root that was asked for. */
static void select_root(rs_report *report, const char *wanted)
{
    size_t kept = 0;
    for (size_t i = 0; i < report->root_count; i++)
        if (rs_told_root_match(wanted, report->roots[i]))
            report->roots[kept++] = report->roots[i];
    report->root_count = kept;
}

/* Whether every root that was asked for could be enforced, or is. */
static bool is_ready(const rs_report *report)
{
    bool ready = report->root_count > 0;
    for (size_t i = 0; i < report->root_count && ready; i++) {
        rs_readiness now = rs_report_readiness_of(report, report->roots[i]);
        ready = now != RS_READINESS_VIOLATIONS && now != RS_READINESS_TOO_FEW_CHECKS;
    }
    return ready;
}

/* Prints the report in the form that was asked for. */
static bool tell(const rs_report *report, const options *o)
{
    if (o->html != NULL)
        return rs_report_html(report, &o->origin, o->html);
    if (o->diff)
        return rs_report_diff(
            report, &(rs_report_diff_places){
                        .shipped = o->shipped == NULL ? ROOTSCOPE_SOURCES_SHIPPED : o->shipped,
                        .local = o->local == NULL ? ROOTSCOPE_SOURCES_LOCAL : o->local,
                        .file = o->file == NULL ? RS_LOCAL_EDITS_FILE : o->file});
    if (o->json)
        rs_report_json(report);
    else
        rs_report_table(report);
    return true;
}

/* The list in force. False after a message: the list that was asked for cannot be read. */
static bool open_list(const options *o, uint8_t **bytes, rs_image *image)
{
    const char *path = o->list != NULL ? o->list : ROOTSCOPE_LIST;
    bool is_wanted = o->list != NULL || access(path, R_OK) == 0;
    return !is_wanted || rs_open_list(path, bytes, image);
}

/* Returns the exit status. */
static int print_report(const rs_totals *totals, const options *o)
{
    uint8_t *bytes = NULL;
    rs_image image;
    if (!open_list(o, &bytes, &image))
        return RS_EXIT_ERROR;
    psl_ctx_t *psl = psl_latest(NULL);
    rs_report report = {
        .totals = totals,
        .roots = rs_totals_sorted_roots(totals),
        .root_count = totals->root_count,
        .min_checks = o->min_checks,
        .psl = psl,
        .in_force = bytes == NULL ? NULL : &image,
        .target = rs_hint_target(o->list == NULL ? ROOTSCOPE_LIST : o->list, o->shipped, o->local),
        .any_user = o->any_user,
        .all = o->all,
        .one_line = o->follow};
    if (o->root != NULL)
        select_root(&report, o->root);
    bool is_missing = o->root != NULL && report.root_count == 0 && !o->follow;
    if (is_missing)
        rs_message_error("the telemetry has no root %s; give its label, or 8 or more digits of its "
                         "hash",
                         o->root);
    bool good = !is_missing && tell(&report, o);
    int status = !good                            ? RS_EXIT_ERROR
                 : o->ready && !is_ready(&report) ? RS_EXIT_NOT_READY
                                                  : RS_EXIT_OK;
    free(report.roots);
    psl_free(psl);
    free(bytes);
    return status;
}

static void print_state(const rs_totals *totals, const void *context)
{
    print_report(totals, context);
}

static int follow_files(const options *o)
{
    bool good = rs_report_follow_run(&(rs_report_follow){.paths = o->origin.paths,
                                                         .count = o->origin.count,
                                                         .period = o->period,
                                                         .json = o->json,
                                                         .statsd = o->statsd,
                                                         .statsd_tags = o->statsd_tags,
                                                         .print = print_state,
                                                         .context = o});
    return good ? RS_EXIT_OK : RS_EXIT_ERROR;
}

static int report_files(const options *o)
{
    rs_totals totals = {0};
    bool good = rs_telemetry_input_read(o->origin.paths, o->origin.count, &o->period, &totals);
    rs_telemetry_input_remark(&totals);
    int status = print_report(&totals, o);
    rs_totals_clear(&totals);
    return good ? status : RS_EXIT_ERROR;
}

static const char *take_number(void *into, const char *value)
{
    return rs_text_read_number(value, NUMBER_MAX, into) ? NULL : "a number";
}

static const char *take_time(void *into, const char *value)
{
    return rs_utc_read_any(rs_bytes_of_string(value), into)
               ? NULL
               : "2026-11-22, 2026-11-22T00:12:34Z or seconds since 1970 (UTC)";
}

/* Returns a message about options that exclude or require each other; NULL if all is well. */
static const char *contradiction(const options *o)
{
    if (o->diff + o->json + (o->html != NULL) > 1)
        return "--diff, --html and --json cannot be combined";
    if (o->follow && (o->diff || o->html != NULL || o->ready))
        return "--follow cannot be combined with --diff, --html or --ready";
    if (o->statsd != NULL && !o->follow)
        return "--statsd requires --follow";
    if (o->statsd_tags && o->statsd == NULL)
        return "--statsd-tags requires --statsd";
    if (o->file != NULL && !o->diff)
        return "--file requires --diff";
    return NULL;
}

static int run(int argc, char **argv)
{
    static char *const standard_input[] = {"-"};
    const rs_subcommand *self = &rs_command_report;
    options o = {.period = {.since = INT64_MIN, .until = INT64_MAX},
                 .min_checks = RS_READINESS_MIN_CHECKS};
    rs_words files;
    int status = rs_options_read(self, argc, argv, &o, &files);
    if (status != RS_OPTIONS_READ)
        return status;
    const char *wrong = contradiction(&o);
    if (wrong != NULL)
        return rs_message_usage(self, "%s", wrong);
    if (files.count == 0 && isatty(STDIN_FILENO))
        return rs_message_usage(self, "missing argument: FILE, or telemetry on standard input");
    o.origin = (rs_report_origin){.paths = files.count == 0 ? standard_input : files.items,
                                  .count = files.count == 0 ? 1 : files.count,
                                  .time = time(NULL)};
    return o.follow ? follow_files(&o) : report_files(&o);
}

static const rs_option known[] = {
    {"since", 's', "TIME",
     "ignore events before TIME: 2026-11-22, 2026-11-22T00:12:34Z or seconds since 1970 (UTC)",
     take_time, offsetof(options, period.since)},
    {"until", 'u', "TIME", "ignore events of TIME and later", take_time,
     offsetof(options, period.until)},
    {"root", 'r', "ROOT", "show only this root: its label, or 8 or more digits of its hash",
     rs_option_text, offsetof(options, root)},
    {"list", 0, "FILE", "compare with this compiled list (default: " ROOTSCOPE_LIST ")",
     rs_option_text, offsetof(options, list)},
    {"min-checks", 0, "N",
     "call a root ready for mode enforce after N checks without a violation (default: 100)",
     take_number, offsetof(options, min_checks)},
    {"ready", 0, NULL, "exit with 1 unless each root that is shown is ready, or enforced",
     rs_option_flag, offsetof(options, ready)},
    {"all", 'a', NULL, "show all suffixes, programs and problems, not only the first ones",
     rs_option_flag, offsetof(options, all)},
    {"any-user", 0, NULL, "propose lines that only ordinary users reported, too", rs_option_flag,
     offsetof(options, any_user)},
    {"json", 'j', NULL, "print JSON", rs_option_flag, offsetof(options, json)},
    {"html", 0, "FILE", "write a web page to FILE", rs_option_text, offsetof(options, html)},
    {"diff", 'd', NULL, "print a patch of the local sources that permits the violations",
     rs_option_flag, offsetof(options, diff)},
    {"follow", 'F', NULL, "go on as the files grow, until interrupted", rs_option_flag,
     offsetof(options, follow)},
    {"statsd", 0, "ADDRESS",
     "with --follow: send counters to a statsd server at HOST:PORT, [ADDRESS]:PORT or unix:PATH",
     rs_option_text, offsetof(options, statsd)},
    {"statsd-tags", 0, NULL, "with --statsd: send tags as DogStatsD reads them", rs_option_flag,
     offsetof(options, statsd_tags)},
    {"file", 'f', "NAME",
     "with --diff: put copies of stanzas into the local source NAME (default: " RS_LOCAL_EDITS_FILE
     ")",
     rs_sources_take_name, offsetof(options, file)},
    {RS_ROW_SHIPPED(shipped)},
    {RS_ROW_LOCAL(local)},
    {0},
};

const rs_subcommand rs_command_report = {
    .name = "report",
    .summary = RS_REPORT_SUMMARY,
    .usage = "Usage: rootscope report [OPTION...] [FILE...]\n"
             "\n"
             "Sums the telemetry in all files, from any number of machines. Prints for each\n"
             "root how many chains were checked, which names were outside its scope, and\n"
             "whether it can be enforced. rootscope-telemetry(5) describes the lines.\n"
             "With no FILE, or when FILE is -, read standard input.\n",
    .options = known,
    .notes = "Exit status: 0 done, 1 with --ready: some root is not ready, 2 error.\n",
    .run = run,
};
