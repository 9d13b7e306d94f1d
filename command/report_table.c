/* SPDX-License-Identifier: Apache-2.0 */
#include "report.h"

#include "message.h"
#include "printer.h"
#include "readiness.h"
#include "report_proposals.h"
#include "telemetry_time.h"
#include "text.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    ROWS_SHOWN = 20,
    PROGRAMS_SHOWN = 5,
    PROBLEMS_SHOWN = 20,
    TEXT_SHOWN = 128,   /* bytes of a label, a name, a problem */
    SUFFIX_COLUMN = 48, /* columns at most, unless it is longer */
};

/* What is being printed, and where. The arena is for the texts of one line or block. */
typedef struct printer {
    const rs_report *report;
    rs_printer out;
} printer;

static const char *printable(printer *p, rs_bytes text)
{
    return rs_text_excerpt(&p->out.arena, text, TEXT_SHOWN);
}

static const char *number(printer *p, uint64_t n)
{
    return rs_text_number(&p->out.arena, n);
}

static const char *counted(printer *p, uint64_t n, const char *what)
{
    return rs_printer_counted(&p->out, n, what);
}

static void print_line(const printer *p, rs_colour colour, const char *text)
{
    rs_printer_line(&p->out, colour, text);
}

static const char *time_text(printer *p, int64_t time)
{
    char text[RS_TELEMETRY_TIME_SIZE];
    rs_telemetry_time_text(time, text);
    return rs_text_format(&p->out.arena, "%s", text);
}

/* Enough of a hash to tell roots apart, and for `rootscope show --root`. */
static const char *short_name(printer *p, rs_bytes name)
{
    enum { PREFIX = 12, DIGITS = 16, WHOLE = PREFIX + 64 };
    bool is_hash = name.n == WHOLE && (memcmp(name.p, "spki-sha256:", PREFIX) == 0 ||
                                       memcmp(name.p, "cert-sha256:", PREFIX) == 0);
    return is_hash ? rs_text_excerpt(&p->out.arena, name, PREFIX + DIGITS) : printable(p, name);
}

static const char *title_of(printer *p, const rs_totals_root *root)
{
    if (rs_bytes_equal(root->name, rs_bytes_of_string("default")))
        return "Roots that are not listed (default)";
    if (rs_bytes_equal(root->name, rs_bytes_of_string("none")))
        return "Chains that cannot be judged (none)";
    const char *name = short_name(p, root->name);
    if (root->label.n == 0)
        return name;
    return rs_text_format(&p->out.arena, "%s  %s", printable(p, root->label), name);
}

static const char *rate_text(printer *p, const rs_totals_root *root)
{
    if (root->checked == 0)
        return p->out.is_terminal ? "—" : "-";
    double percent = 100 * (double)root->violated / (double)root->checked;
    if (percent > 0 && percent < 0.01)
        return "under 0.01 %";
    return rs_text_format(&p->out.arena, "%.2f %%", percent);
}

static void print_sums(printer *p, const rs_totals_root *root)
{
    /* By violation lines alone it may have been more: they are told one by one. */
    bool is_exact = root->violated == rs_totals_violated(root);
    const char *checks =
        root->checked == 0 ? "checks not reported" : counted(p, root->checked, "check");
    print_line(p, RS_PLAIN,
               rs_text_format(&p->out.arena, "  mode %s; %s; %s%s; rate %s",
                              rs_mode_word(root->mode), checks, is_exact ? "" : "at least ",
                              counted(p, rs_totals_violated(root), "violation"),
                              rate_text(p, root)));
    print_line(p, RS_PLAIN,
               rs_text_format(&p->out.arena, "  seen %s to %s", time_text(p, root->seen.first),
                              time_text(p, root->seen.last)));
}

static void print_programs(printer *p, const rs_totals_root *root)
{
    const rs_totals_program **programs = rs_totals_sorted_programs(p->report->totals, root);
    const char *line = "  programs:";
    size_t shown = p->report->all || root->program_count <= PROGRAMS_SHOWN ? root->program_count
                                                                           : PROGRAMS_SHOWN;
    for (size_t i = 0; i < shown; i++)
        line = rs_text_format(&p->out.arena, "%s%s %s", line, i == 0 ? "" : ",",
                              printable(p, programs[i]->name));
    if (shown < root->program_count)
        line = rs_text_format(&p->out.arena, "%s and %s more", line,
                              number(p, root->program_count - shown));
    if (root->other_programs > 0)
        line = rs_text_format(&p->out.arena, "%s, and others", line);
    print_line(p, RS_PLAIN, line);
    free(programs);
}

static void print_readiness(printer *p, const rs_totals_root *root)
{
    switch (rs_readiness_of(root, p->report->min_checks)) {
    case RS_READINESS_READY:
        print_line(p, RS_GREEN, "  ready for mode enforce");
        return;
    case RS_READINESS_ENFORCED:
        print_line(p, RS_PLAIN, "  already enforced");
        return;
    case RS_READINESS_VIOLATIONS:
        print_line(p, RS_RED,
                   rs_text_format(&p->out.arena, "  not ready: %s would be refused",
                                  counted(p, rs_totals_violated(root), "chain")));
        return;
    case RS_READINESS_TOO_FEW_CHECKS:
        print_line(p, RS_YELLOW,
                   rs_text_format(&p->out.arena, "  not ready: %s of the %s that are enough",
                                  counted(p, root->checked, "check"),
                                  number(p, p->report->min_checks)));
        return;
    case RS_READINESS_NOT_APPLICABLE:
        return;
    }
}

/* What a table of rows is about: chains whose signatures hold, or the others. */
typedef struct table {
    const rs_totals_row **rows;
    size_t count;
    bool verified;
    size_t suffix_columns; /* the widest, within bounds */
    uint64_t most;
} table;

static uint64_t chains_of(const table *t, const rs_totals_row *row)
{
    return t->verified ? row->count.verified : row->count.unverified;
}

static const char *suffix_text(printer *p, const rs_totals_row *row)
{
    return row->suffix.n == 0 ? "(no suffix)" : printable(p, row->suffix);
}

static const char *verdicts_text(printer *p, const rs_totals_violations *count)
{
    const char *text = "";
    const struct {
        uint64_t chains;
        const char *what;
    } parts[] = {{count->denied, "denied"},
                 {count->overridden, "overridden"},
                 {count->would_deny, "would be denied"}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i].chains > 0)
            text = rs_text_format(&p->out.arena, "%s%s%s %s", text, text[0] == '\0' ? "" : ", ",
                                  number(p, parts[i].chains), parts[i].what);
    return text;
}

/* Now and then while many rows are gone through: an arena's block costs more than a row. */
static void free_texts(printer *p, size_t row)
{
    enum { ROWS_AT_ONCE = 256 };
    if (row % ROWS_AT_ONCE == ROWS_AT_ONCE - 1)
        rs_arena_clear(&p->out.arena);
}

static void print_row(printer *p, const table *t, const rs_totals_row *row)
{
    const char *suffix = suffix_text(p, row);
    size_t columns = rs_printer_columns(suffix);
    int fill = columns < t->suffix_columns ? (int)(t->suffix_columns - columns) : 0;
    const char *line =
        rs_text_format(&p->out.arena, "  %11s  %s  %-9s %s%*s  %s", number(p, chains_of(t, row)),
                       rs_printer_bar(&p->out, chains_of(t, row), t->most), printable(p, row->form),
                       suffix, fill, "", printable(p, row->reason));
    if (t->verified)
        line = rs_text_format(&p->out.arena, "%s; %s", line, verdicts_text(p, &row->count));
    if (row->name.n > 0)
        line = rs_text_format(&p->out.arena, "%s; e.g. %s", line, printable(p, row->name));
    print_line(p, RS_PLAIN, line);
}

static void print_table(printer *p, table *t, const char *title, uint64_t others)
{
    size_t shown = p->report->all || t->count <= ROWS_SHOWN ? t->count : ROWS_SHOWN;
    if (t->count == 0 && others == 0)
        return;
    print_line(p, RS_PLAIN, title);
    for (size_t i = 0; i < t->count; i++)
        if (chains_of(t, t->rows[i]) > t->most)
            t->most = chains_of(t, t->rows[i]);
    for (size_t i = 0; i < shown; i++) {
        size_t columns = rs_printer_columns(suffix_text(p, t->rows[i]));
        if (columns > t->suffix_columns)
            t->suffix_columns = columns < SUFFIX_COLUMN ? columns : SUFFIX_COLUMN;
        free_texts(p, i);
    }
    for (size_t i = 0; i < shown; i++) {
        print_row(p, t, t->rows[i]);
        free_texts(p, i);
    }
    if (shown < t->count)
        print_line(p, RS_PLAIN,
                   rs_text_format(&p->out.arena, "  and %s more; --all shows them",
                                  counted(p, t->count - shown, "row")));
    if (others > 0)
        print_line(p, RS_PLAIN,
                   rs_text_format(&p->out.arena, "  %11s  others: more suffixes than are kept",
                                  number(p, others)));
}

/* Most first, then by suffix. */
static int by_unverified(const void *a, const void *b)
{
    const rs_totals_row *one = *(const rs_totals_row *const *)a;
    const rs_totals_row *two = *(const rs_totals_row *const *)b;
    uint64_t m = one->count.unverified, n = two->count.unverified;
    return m != n ? (m < n) - (m > n) : rs_bytes_compare(one->suffix, two->suffix);
}

/* The rows that have chains of the one or the other kind. */
static table table_of(const rs_totals_row **rows, size_t count, bool verified)
{
    table t = {.verified = verified};
    t.rows = rs_message_need(calloc(count + 1, sizeof *t.rows));
    for (size_t i = 0; i < count; i++)
        if (chains_of(&t, rows[i]) > 0)
            t.rows[t.count++] = rows[i];
    if (!verified)
        qsort(t.rows, t.count, sizeof *t.rows, by_unverified);
    return t;
}

static void print_tables(printer *p, const rs_totals_root *root)
{
    const rs_totals_row **rows = rs_totals_sorted_rows(p->report->totals, root);
    table verified = table_of(rows, root->row_count, true);
    table unverified = table_of(rows, root->row_count, false);
    print_table(p, &verified, "  not in scope, in chains:", root->others.verified);
    print_table(p, &unverified,
                "  not in scope, in chains whose signatures do not hold; anybody can make such:",
                root->others.unverified);
    free(verified.rows);
    free(unverified.rows);
    free(rows);
}

static void print_root(printer *p, const rs_totals_root *root)
{
    putchar('\n');
    print_line(p, RS_BOLD, title_of(p, root));
    print_sums(p, root);
    print_programs(p, root);
    print_readiness(p, root);
    print_tables(p, root);
    rs_report_proposals_print(&p->out, p->report, root);
    rs_arena_clear(&p->out.arena);
}

/* What enforcing would change, root by root. */
static void print_outlook(printer *p)
{
    bool is_first = true;
    for (size_t i = 0; i < p->report->root_count; i++) {
        const rs_totals_root *root = p->report->roots[i];
        if (rs_readiness_of(root, p->report->min_checks) != RS_READINESS_VIOLATIONS)
            continue;
        if (is_first)
            print_line(p, RS_BOLD, "\nIf what is in test mode were enforced now, it would refuse:");
        is_first = false;
        print_line(p, RS_PLAIN,
                   rs_text_format(&p->out.arena, "  %11s  %s", number(p, rs_totals_violated(root)),
                                  title_of(p, root)));
        rs_arena_clear(&p->out.arena);
    }
}

static void print_problem(printer *p, const rs_totals_problem *problem)
{
    print_line(p, RS_PLAIN,
               rs_text_format(&p->out.arena, "  %11s  %s: %s%s%s%s%s; program %s, last %s",
                              number(p, problem->count), printable(p, problem->kind),
                              printable(p, problem->path), problem->path.n > 0 ? " " : "",
                              printable(p, problem->text), problem->consequence.n > 0 ? "; " : "",
                              printable(p, problem->consequence), printable(p, problem->program),
                              time_text(p, problem->seen.last)));
}

static void print_problems(printer *p)
{
    const rs_totals *totals = p->report->totals;
    if (totals->problem_count == 0)
        return;
    size_t shown = p->report->all || totals->problem_count <= PROBLEMS_SHOWN ? totals->problem_count
                                                                             : PROBLEMS_SHOWN;
    const rs_totals_problem **problems = rs_totals_sorted_problems(totals);
    print_line(p, RS_BOLD, "\nProblems:");
    for (size_t i = 0; i < shown; i++)
        print_problem(p, problems[i]);
    uint64_t rest = totals->problem_count - shown + totals->other_problems;
    if (rest > 0)
        print_line(p, RS_PLAIN, rs_text_format(&p->out.arena, "  and %s more", number(p, rest)));
    free(problems);
    rs_arena_clear(&p->out.arena);
}

/* What the sums do not have. */
static void print_notes(printer *p)
{
    const rs_totals *totals = p->report->totals;
    if (totals->dropped > 0)
        print_line(p, RS_YELLOW,
                   rs_text_format(&p->out.arena, "\nLost where it was written, and in no sum: %s.",
                                  counted(p, totals->dropped, "line")));
    if (totals->other_root_lines > 0)
        print_line(p, RS_YELLOW,
                   rs_text_format(&p->out.arena,
                                  "\n%s of more roots than are kept, with %s, not shown.",
                                  counted(p, totals->other_root_lines, "event"),
                                  counted(p, totals->other_roots.verified, "violation")));
    rs_arena_clear(&p->out.arena);
}

static void print_head(printer *p)
{
    const rs_totals *totals = p->report->totals;
    const char *outside = totals->outside == 0
                              ? ""
                              : rs_text_format(&p->out.arena, " (%s not of the time asked for)",
                                               number(p, totals->outside));
    if (totals->added == 0)
        print_line(p, RS_PLAIN, rs_text_format(&p->out.arena, "No telemetry%s.", outside));
    else
        print_line(p, RS_PLAIN,
                   rs_text_format(
                       &p->out.arena, "%s, %s to %s%s", counted(p, totals->added, "event"),
                       time_text(p, totals->seen.first), time_text(p, totals->seen.last), outside));
    rs_arena_clear(&p->out.arena);
}

void rs_report_table(const rs_report *report)
{
    printer p = {.report = report, .out = rs_printer_of_output()};
    print_head(&p);
    for (size_t i = 0; i < report->root_count; i++)
        print_root(&p, report->roots[i]);
    print_outlook(&p);
    print_problems(&p);
    print_notes(&p);
}
