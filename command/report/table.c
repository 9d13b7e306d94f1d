/* SPDX-License-Identifier: Apache-2.0 */
#include "command/report/view.h"

#include "command/base/message.h"
#include "command/base/printer.h"
#include "command/base/text.h"
#include "command/list/hint.h"
#include "command/report/in_force.h"
#include "command/report/phrases.h"
#include "command/report/proposals.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    ROWS_SHOWN = 20,
    PROGRAMS_SHOWN = 5,
    PROBLEMS_SHOWN = 20,
    SUFFIX_COLUMN = 48, /* columns at most, unless it is longer */
};

/* What is being printed, and where. The arena is for the texts of one line or block. */
typedef struct printer {
    const rs_report *report;
    rs_printer out;
} printer;

static const char *printable(printer *p, rs_bytes text)
{
    return rs_report_text(&p->out.arena, text);
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

static const char *rate_text(printer *p, const rs_totals_root *root)
{
    const char *rate = rs_report_rate(&p->out.arena, root);
    return rate != NULL ? rate : p->out.is_terminal ? "—" : "-";
}

static void print_sums(printer *p, const rs_totals_root *root)
{
    /* Violation lines alone give a lower bound: one chain may have several. */
    bool is_exact = root->violated == rs_totals_violated(root);
    const char *checks =
        root->checked == 0 ? "checks not reported" : counted(p, root->checked, "check");
    print_line(p, RS_PLAIN,
               rs_text_format(&p->out.arena, "  mode %s; %s; %s%s; rate %s",
                              rs_mode_word(root->mode), checks, is_exact ? "" : "at least ",
                              counted(p, rs_totals_violated(root), "violation"),
                              rate_text(p, root)));
    print_line(p, RS_PLAIN,
               rs_text_format(&p->out.arena, "  seen %s to %s",
                              rs_report_time(&p->out.arena, root->seen.first),
                              rs_report_time(&p->out.arena, root->seen.last)));
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
    static const rs_colour colours[] = {[RS_READINESS_READY] = RS_GREEN,
                                        [RS_READINESS_VIOLATIONS] = RS_RED,
                                        [RS_READINESS_TOO_FEW_CHECKS] = RS_YELLOW,
                                        [RS_READINESS_ENFORCED] = RS_PLAIN};
    const char *text = rs_report_readiness(&p->out.arena, p->report, root);
    if (text != NULL)
        print_line(p, colours[rs_report_readiness_of(p->report, root)],
                   rs_text_format(&p->out.arena, "  %s", text));
    if (rs_report_readiness_of(p->report, root) == RS_READINESS_READY)
        rs_printer_command(
            rs_text_format(&p->out.arena, "  to enforce it: %s enforce %s",
                           rs_hint_command(&p->out.arena, &p->report->target, "set-mode"),
                           rs_report_root_word(&p->out.arena, root->name)));
}

/* A table of rows: for chains whose signatures hold, or for the others. */
typedef struct table {
    const rs_totals_root *root;
    const rs_totals_row **rows;
    size_t count;
    bool verified;
    size_t suffix_columns; /* the widest, within bounds */
    uint64_t most;
} table;

static uint64_t chains_of(const table *t, const rs_totals_row *row)
{
    return rs_report_chains(&row->count, t->verified);
}

/* Called now and then in a loop over rows: an arena's block costs more than a row. */
static void free_texts(printer *p, size_t row)
{
    enum { ROWS_AT_ONCE = 256 };
    if (row % ROWS_AT_ONCE == ROWS_AT_ONCE - 1)
        rs_arena_clear(&p->out.arena);
}

static void print_row(printer *p, const table *t, const rs_totals_row *row)
{
    const char *suffix = rs_report_suffix(&p->out.arena, row);
    size_t columns = rs_printer_columns(suffix);
    int fill = columns < t->suffix_columns ? (int)(t->suffix_columns - columns) : 0;
    const char *line =
        rs_text_format(&p->out.arena, "  %11s  %s%-9s %s%*s  %s", number(p, chains_of(t, row)),
                       rs_printer_bar(&p->out, chains_of(t, row), t->most), printable(p, row->form),
                       suffix, fill, "", printable(p, row->reason));
    if (t->verified)
        line = rs_text_format(&p->out.arena, "%s; %s", line,
                              rs_report_verdicts(&p->out.arena, &row->count));
    if (row->name.n > 0)
        line = rs_text_format(&p->out.arena, "%s; e.g. %s", line, printable(p, row->name));
    if (rs_report_is_permitted_now(p->report, t->root, row))
        line = rs_text_format(&p->out.arena, "%s; the list permits it now", line);
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
        size_t columns = rs_printer_columns(rs_report_suffix(&p->out.arena, t->rows[i]));
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
                   rs_text_format(&p->out.arena,
                                  "  %11s  others: more suffixes than the report keeps",
                                  number(p, others)));
}

static void print_tables(printer *p, const rs_totals_root *root)
{
    table verified = {.root = root, .verified = true}, unverified = {.root = root};
    verified.rows = rs_report_rows(p->report, root, true, &verified.count);
    unverified.rows = rs_report_rows(p->report, root, false, &unverified.count);
    print_table(p, &verified, "  not in scope, in chains; a chain is in each row that it violates:",
                root->others.verified);
    if (root->count.overridden > 0)
        print_line(p, RS_PLAIN, rs_text_format(&p->out.arena, "  %s", rs_report_overridden));
    print_table(p, &unverified,
                "  not in scope, in chains whose signatures do not hold; anybody can make them:",
                root->others.unverified);
    free(verified.rows);
    free(unverified.rows);
}

static void print_root(printer *p, const rs_totals_root *root)
{
    putchar('\n');
    print_line(p, RS_BOLD, rs_report_root_title(&p->out.arena, root));
    print_sums(p, root);
    print_programs(p, root);
    print_readiness(p, root);
    print_tables(p, root);
    rs_report_proposals_print(&p->out, p->report, root);
    rs_arena_clear(&p->out.arena);
}

/* What would change if each root were enforced. */
static void print_outlook(printer *p)
{
    bool is_first = true;
    for (size_t i = 0; i < p->report->root_count; i++) {
        const rs_totals_root *root = p->report->roots[i];
        if (rs_report_readiness_of(p->report, root) != RS_READINESS_VIOLATIONS)
            continue;
        if (is_first)
            print_line(p, RS_BOLD,
                       "\nIf the roots in test mode were enforced now, they would refuse:");
        is_first = false;
        print_line(p, RS_PLAIN,
                   rs_text_format(&p->out.arena, "  %11s  %s", number(p, rs_totals_violated(root)),
                                  rs_report_root_title(&p->out.arena, root)));
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
                              rs_report_time(&p->out.arena, problem->seen.last)));
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

/* Lines that are in no sum. */
static void print_notes(printer *p)
{
    const rs_totals *totals = p->report->totals;
    if (totals->dropped > 0)
        print_line(p, RS_YELLOW,
                   rs_text_format(&p->out.arena, "\nLost before it was written, and in no sum: %s.",
                                  counted(p, totals->dropped, "line")));
    if (totals->other_root_lines > 0)
        print_line(p, RS_YELLOW,
                   rs_text_format(&p->out.arena,
                                  "\n%s of roots beyond the limit, with %s, not shown.",
                                  counted(p, totals->other_root_lines, "event"),
                                  counted(p, totals->other_roots.verified, "violation")));
    rs_arena_clear(&p->out.arena);
}

static void print_head(printer *p)
{
    const rs_totals *totals = p->report->totals;
    const char *outside = totals->outside == 0
                              ? ""
                              : rs_text_format(&p->out.arena, " (%s outside the chosen time)",
                                               number(p, totals->outside));
    if (totals->added == 0)
        print_line(p, RS_PLAIN, rs_text_format(&p->out.arena, "No telemetry%s.", outside));
    else
        print_line(p, RS_PLAIN,
                   rs_text_format(&p->out.arena, "%s, %s to %s%s",
                                  counted(p, totals->added, "event"),
                                  rs_report_time(&p->out.arena, totals->seen.first),
                                  rs_report_time(&p->out.arena, totals->seen.last), outside));
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
