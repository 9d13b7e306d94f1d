/* SPDX-License-Identifier: Apache-2.0 */
#include "command/report/view.h"

#include "command/base/message.h"
#include "command/list/local_edits.h"
#include "command/report/diff.h"
#include "command/report/follow.h"
#include "command/report/page.h"
#include "command/telemetry/input.h"
#include "command/telemetry/readiness.h"
#include "lib/base/ascii.h"
#include "lib/base/utc.h"

#include <getopt.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

typedef struct options {
    rs_telemetry_period period;
    const char *root; /* NULL: all */
    uint64_t min_checks;
    rs_report_diff_places places;
    rs_report_origin origin;
    const char *html;   /* where the page goes; NULL: none is asked for */
    const char *statsd; /* NULL: none */
    bool json, all, diff, follow, statsd_tags;
} options;

/* Whether `part` occurs in the text; ASCII letters match in either case. */
static bool contains(rs_bytes text, rs_bytes part)
{
    for (size_t at = 0; at + part.n <= text.n; at++) {
        size_t i = 0;
        while (i < part.n && rs_ascii_lower(text.p[at + i]) == rs_ascii_lower(part.p[i]))
            i++;
        if (i == part.n)
            return true;
    }
    return false;
}

/* Leaves the roots that were asked for, in their order. */
static void select_roots(rs_report *report, const char *wanted)
{
    rs_bytes part = rs_bytes_of_string(wanted);
    size_t kept = 0;
    for (size_t i = 0; i < report->root_count; i++)
        if (contains(report->roots[i]->name, part) || contains(report->roots[i]->label, part))
            report->roots[kept++] = report->roots[i];
    report->root_count = kept;
}

/* The report in the form that was asked for. */
static bool tell(const rs_report *report, const options *o)
{
    if (o->html != NULL)
        return rs_report_html(report, &o->origin, o->html);
    if (o->diff)
        return rs_report_diff(report, &o->places);
    if (o->json)
        rs_report_json(report);
    else
        rs_report_table(report);
    return true;
}

static bool print_report(const rs_totals *totals, const options *o)
{
    psl_ctx_t *psl = psl_latest(NULL);
    rs_report report = {.totals = totals,
                        .roots = rs_totals_sorted_roots(totals),
                        .root_count = totals->root_count,
                        .min_checks = o->min_checks,
                        .psl = psl,
                        .all = o->all,
                        .one_line = o->follow};
    if (o->root != NULL)
        select_roots(&report, o->root);
    bool good = tell(&report, o);
    free(report.roots);
    psl_free(psl);
    return good;
}

static void print_state(const rs_totals *totals, const void *context)
{
    print_report(totals, context);
}

static bool follow_files(const options *o)
{
    return rs_report_follow_run(&(rs_report_follow){.paths = o->origin.paths,
                                                    .count = o->origin.count,
                                                    .period = o->period,
                                                    .json = o->json,
                                                    .statsd = o->statsd,
                                                    .statsd_tags = o->statsd_tags,
                                                    .print = print_state,
                                                    .context = o});
}

static bool report_files(const options *o)
{
    rs_totals totals = {0};
    bool good = rs_telemetry_input_read(o->origin.paths, o->origin.count, &o->period, &totals);
    rs_telemetry_input_remark(&totals);
    good &= print_report(&totals, o);
    rs_totals_clear(&totals);
    return good;
}

/* A number of at most 15 digits. */
static bool read_number(const char *text, uint64_t *number)
{
    size_t n = strlen(text);
    *number = 0;
    for (size_t i = 0; i < n; i++) {
        if (!rs_ascii_is_digit((uint8_t)text[i]))
            return false;
        *number = 10 * *number + (uint64_t)(text[i] - '0');
    }
    return n > 0 && n <= 15;
}

/* Takes an option with a value; NULL, or what is wrong with it. */
static const char *set_option(options *o, int option, const char *value)
{
    static const char bad_time[] = "a time is 2026-11-22, 2026-11-22T00:12:34Z or seconds since "
                                   "1970 UTC";
    switch (option) {
    case 's':
        return rs_utc_read_any(rs_bytes_of_string(value), &o->period.since) ? NULL : bad_time;
    case 'u':
        return rs_utc_read_any(rs_bytes_of_string(value), &o->period.until) ? NULL : bad_time;
    case 'm':
        return read_number(value, &o->min_checks) ? NULL : "--min-checks is a number";
    case 'f':
        o->places.file = value;
        return rs_sources_is_name(value) ? NULL
                                         : "--file is a name that ends in .list, without a folder";
    case 'L':
        o->places.local = value;
        return NULL;
    case 'S':
        o->places.shipped = value;
        return NULL;
    case 'H':
        o->html = value;
        return NULL;
    case 'D':
        o->statsd = value;
        return NULL;
    default:
        o->root = value;
        return NULL;
    }
}

/* Takes an option without a value; false if it is none. */
static bool set_flag(options *o, int option)
{
    const struct {
        int option;
        bool *flag;
    } flags[] = {{'a', &o->all},
                 {'j', &o->json},
                 {'d', &o->diff},
                 {'F', &o->follow},
                 {'T', &o->statsd_tags}};
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        if (flags[i].option == option) {
            *flags[i].flag = true;
            return true;
        }
    }
    return false;
}

/* What does not go together; NULL if all does. */
static const char *contradiction(const options *o)
{
    if (o->diff + o->json + (o->html != NULL) > 1)
        return "one of --diff, --html and --json";
    if (o->follow && (o->diff || o->html != NULL))
        return "--follow goes with neither --diff nor --html";
    if (o->statsd != NULL && !o->follow)
        return "--statsd goes with --follow";
    if (o->statsd_tags && o->statsd == NULL)
        return "--statsd-tags goes with --statsd";
    return NULL;
}

static int run(int argc, char **argv)
{
    static char *const standard_input[] = {"-"};
    static const struct option known[] = {
        {"all", no_argument, NULL, 'a'},          {"diff", no_argument, NULL, 'd'},
        {"file", required_argument, NULL, 'f'},   {"json", no_argument, NULL, 'j'},
        {"local", required_argument, NULL, 'L'},  {"min-checks", required_argument, NULL, 'm'},
        {"root", required_argument, NULL, 'r'},   {"shipped", required_argument, NULL, 'S'},
        {"since", required_argument, NULL, 's'},  {"until", required_argument, NULL, 'u'},
        {"html", required_argument, NULL, 'H'},   {"follow", no_argument, NULL, 'F'},
        {"statsd", required_argument, NULL, 'D'}, {"statsd-tags", no_argument, NULL, 'T'},
        {"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0},
    };
    options o = {.period = {.since = INT64_MIN, .until = INT64_MAX},
                 .min_checks = RS_READINESS_MIN_CHECKS,
                 .places = {.shipped = ROOTSCOPE_SOURCES_SHIPPED,
                            .local = ROOTSCOPE_SOURCES_LOCAL,
                            .file = RS_LOCAL_EDITS_FILE}};
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, ":adf:Fjm:r:s:u:h", known, NULL)) != -1) {
        const char *wrong = NULL;
        if (option == 'h')
            return rs_message_help(&rs_command_report);
        if (option == '?' || option == ':')
            return rs_message_option(&rs_command_report, option, argv);
        if (!set_flag(&o, option))
            wrong = set_option(&o, option, optarg);
        if (wrong != NULL)
            return rs_message_usage(&rs_command_report, "%s: %s", wrong, optarg);
    }
    const char *wrong = contradiction(&o);
    if (wrong != NULL)
        return rs_message_usage(&rs_command_report, "%s", wrong);
    if (optind == argc && isatty(STDIN_FILENO))
        return rs_message_usage(&rs_command_report, "a file with telemetry is needed");
    o.origin = (rs_report_origin){.paths = optind == argc ? standard_input : argv + optind,
                                  .count = optind == argc ? 1 : (size_t)(argc - optind),
                                  .time = time(NULL)};
    bool good = o.follow ? follow_files(&o) : report_files(&o);
    return good ? RS_EXIT_OK : RS_EXIT_ERROR;
}

const rs_command rs_command_report = {
    .name = "report",
    .summary = "what telemetry says of each root",
    .help = "Usage: rootscope report [OPTION...] [FILE...]\n"
            "\n"
            "Reads telemetry from files or standard input (-), those of many machines\n"
            "together, and tells for each root what was checked, what was outside its scope,\n"
            "and whether it can be enforced. See rootscope-telemetry(5) for the lines.\n"
            "\n"
            "  -s, --since TIME      from this time on: 2026-11-22, 2026-11-22T00:12:34Z, or\n"
            "                        seconds since 1970 UTC\n"
            "  -u, --until TIME      before this time\n"
            "  -r, --root TEXT       only roots whose identifier or label contains it\n"
            "  -m, --min-checks N    how many checks without a violation make a root ready\n"
            "                        for mode enforce; default 100\n"
            "  -a, --all             all suffixes and programs, not just the first ones\n"
            "  -j, --json            as JSON\n"
            "      --html FILE       as a page for a browser, in FILE\n"
            "  -d, --diff            the lines that would permit the violations, as a patch\n"
            "                        of the local sources\n"
            "  -F, --follow          goes on as the files grow, until it is interrupted\n"
            "      --statsd ADDRESS  what comes, as counters to a statsd server:\n"
            "                        ADDRESS:PORT, [ADDRESS]:PORT or unix:PATH\n"
            "      --statsd-tags     with tags as DogStatsD has them\n"
            "  -f, --file NAME       the local source for copies of stanzas in that patch;\n"
            "                        default: " RS_LOCAL_EDITS_FILE "\n"
            "      --shipped DIR     take shipped sources from DIR\n"
            "      --local DIR       the folder of local sources\n"
            "  -h, --help            this text\n",
    .run = run,
};
