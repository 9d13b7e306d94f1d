/* SPDX-License-Identifier: Apache-2.0 */
#include "command/report/page.h"

#include "command/base/message.h"
#include "command/base/text.h"
#include "command/page/chart.h"
#include "command/page/page.h"
#include "command/report/in_force.h"
#include "command/report/phrases.h"
#include "command/report/proposals.h"
#include "command/report/timeline_chart.h"
#include "command/telemetry/saturated.h"

#include <stdlib.h>

enum { ROWS_SHOWN = 100, PROGRAMS_SHOWN = 20, PROBLEMS_SHOWN = 50, PATHS_SHOWN = 10 };

typedef struct page {
    const rs_report *report;
    rs_html html;
} page;

static const char *number(page *p, uint64_t n)
{
    return rs_text_number(&p->html.arena, n);
}

static size_t shown_of(const page *p, size_t count, size_t limit)
{
    return p->report->all || count <= limit ? count : limit;
}

/* ---- Tables ---- */

static void put_more(page *p, size_t more, const char *what)
{
    rs_page_more(&p->html, more, what, "--all shows them");
}

static void put_row(page *p, const rs_totals_root *root, const rs_totals_row *row, bool verified,
                    uint64_t most)
{
    rs_html_open(&p->html, "tr", NULL);
    rs_page_cell(&p->html, "name", rs_report_suffix(&p->html.arena, row));
    rs_page_cell(&p->html, NULL, rs_report_text(&p->html.arena, row->form));
    rs_page_cell(&p->html, "n", number(p, rs_report_chains(&row->count, verified)));
    rs_html_open(&p->html, "td", "chart");
    rs_chart_bar(&p->html, rs_report_chains(&row->count, verified), most);
    rs_html_close(&p->html);
    rs_page_cell(&p->html, "wide words", rs_report_text(&p->html.arena, row->reason));
    const char *verdicts = verified ? rs_report_verdicts(&p->html.arena, &row->count) : "";
    rs_page_cell(&p->html, "wide words",
                 rs_text_format(&p->html.arena, "%s%s", verdicts,
                                rs_report_is_permitted_now(p->report, root, row)
                                    ? "; the list permits it now"
                                    : ""));
    rs_page_cell(&p->html, "wide nowrap", rs_report_time(&p->html.arena, row->seen.last));
    rs_page_cell(&p->html, "wide example", rs_report_text(&p->html.arena, row->name));
    rs_html_close(&p->html);
    rs_arena_clear(&p->html.arena);
}

static void put_rows(page *p, const rs_totals_root *root, bool verified)
{
    static const rs_page_column columns[] = {
        {"name", "suffix"}, {NULL, "form"},      {"n", "chains"},  {"chart", ""},
        {"wide", "why"},    {"wide", "verdict"}, {"wide", "last"}, {"wide", "example"}};
    size_t count;
    const rs_totals_row **rows = rs_report_rows(p->report, root, verified, &count);
    uint64_t most = count == 0 ? 0 : rs_report_chains(&rows[0]->count, verified);
    size_t shown = shown_of(p, count, ROWS_SHOWN);
    rs_page_open_table(&p->html, verified ? NULL : "forged", columns,
                       sizeof columns / sizeof *columns);
    for (size_t i = 0; i < shown; i++)
        put_row(p, root, rows[i], verified, most);
    rs_page_close_table(&p->html);
    put_more(p, count - shown, "rows");
    uint64_t others = rs_report_chains(&root->others, verified);
    if (others > 0)
        rs_html_element(&p->html, "p", "dim",
                        rs_text_format(&p->html.arena,
                                       "%s others: more suffixes than the report keeps",
                                       number(p, others)));
    free(rows);
}

static void put_violations(page *p, const rs_totals_root *root)
{
    if (root->count.verified > 0) {
        rs_report_timeline_chart(&p->html, &root->timeline);
        rs_html_element(&p->html, "h3", NULL, "Not in scope");
        rs_html_element(&p->html, "p", "dim", "A chain is in each row that it violates.");
        put_rows(p, root, true);
        if (root->count.overridden > 0)
            rs_html_element(&p->html, "p", "dim", rs_report_overridden);
    }
    if (root->count.unverified > 0) {
        rs_html_open(&p->html, "details", NULL);
        rs_html_element(&p->html, "summary", NULL,
                        rs_text_format(&p->html.arena,
                                       "Not in scope, in chains whose signatures do not hold: %s. "
                                       "Anybody can make them.",
                                       number(p, root->count.unverified)));
        put_rows(p, root, false);
        rs_html_close(&p->html);
    }
}

/* The commands that would permit the violations. */
static void put_proposals(page *p, const rs_totals_root *root)
{
    rs_arena arena = {0};
    rs_proposals proposals = rs_report_proposals_of(&arena, p->report, root);
    size_t shown = shown_of(p, proposals.count, ROWS_SHOWN);
    if (proposals.count > 0) {
        rs_html_element(&p->html, "h3", NULL, "To permit them");
        rs_html_open(&p->html, "pre", NULL);
        for (size_t i = 0; i < shown; i++)
            rs_html_text(&p->html,
                         rs_text_format(&arena, "%s%s\n",
                                        rs_report_proposals_command(&arena, p->report, root,
                                                                    &proposals.items[i]),
                                        rs_report_proposals_remark(&arena, &proposals.items[i])));
        rs_html_close(&p->html);
        put_more(p, proposals.count - shown, "lines");
    }
    rs_arena_clear(&arena);
}

static void put_programs(page *p, const rs_totals_root *root)
{
    static const rs_page_column columns[] = {
        {"name", "program"}, {"n", "checks"}, {"n", "violations"}, {"n", "told"}};
    const rs_totals_program **programs = rs_totals_sorted_programs(p->report->totals, root);
    size_t shown = shown_of(p, root->program_count, PROGRAMS_SHOWN);
    rs_html_element(&p->html, "h3", NULL, "Programs");
    rs_page_open_table(&p->html, NULL, columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < shown; i++) {
        rs_html_open(&p->html, "tr", NULL);
        rs_page_cell(&p->html, "name", rs_report_text(&p->html.arena, programs[i]->name));
        rs_page_cell(&p->html, "n", number(p, programs[i]->checked));
        rs_page_cell(&p->html, "n", number(p, programs[i]->violated));
        rs_page_cell(&p->html, "n", number(p, programs[i]->told));
        rs_html_close(&p->html);
    }
    rs_page_close_table(&p->html);
    put_more(p, root->program_count - shown, "programs");
    free(programs);
}

/* ---- Roots ---- */

static void put_badge(page *p, const rs_totals_root *root)
{
    const char *text = rs_report_readiness(&p->html.arena, p->report, root);
    const char *word = rs_readiness_word(rs_report_readiness_of(p->report, root));
    if (text != NULL)
        rs_html_element(&p->html, "span", rs_text_format(&p->html.arena, "badge %s", word), text);
}

static const char *violated_text(page *p, const rs_totals_root *root)
{
    uint64_t violated = rs_totals_violated(root);
    return rs_text_format(&p->html.arena, "%s%s", root->violated == violated ? "" : "at least ",
                          number(p, violated));
}

static void put_fact(page *p, const char *what, const char *value)
{
    rs_html_element(&p->html, "dt", NULL, what);
    rs_html_element(&p->html, "dd", NULL, value);
}

static void put_facts(page *p, const rs_totals_root *root)
{
    const char *rate = rs_report_rate(&p->html.arena, root);
    rs_html_open(&p->html, "dl", NULL);
    put_fact(p, "mode", rs_mode_word(root->mode));
    put_fact(p, "checks", root->checked == 0 ? "not reported" : number(p, root->checked));
    put_fact(p, "violations", violated_text(p, root));
    put_fact(p, "rate", rate == NULL ? "—" : rate);
    put_fact(p, "signatures do not hold", number(p, root->unverified));
    put_fact(p, "seen",
             rs_text_format(&p->html.arena, "%s to %s",
                            rs_report_time(&p->html.arena, root->seen.first),
                            rs_report_time(&p->html.arena, root->seen.last)));
    rs_html_close(&p->html);
}

static void put_root(page *p, const rs_totals_root *root, size_t index)
{
    rs_html_open(&p->html, "section", NULL);
    rs_html_attribute(&p->html, "id", rs_text_format(&p->html.arena, "root-%zu", index));
    rs_html_element(&p->html, "h2", NULL, rs_report_root_label(&p->html.arena, root));
    rs_html_element(&p->html, "p", "id", rs_report_text(&p->html.arena, root->name));
    put_badge(p, root);
    put_facts(p, root);
    put_violations(p, root);
    put_proposals(p, root);
    put_programs(p, root);
    rs_html_close(&p->html);
    rs_arena_clear(&p->html.arena);
}

static void put_overview(page *p)
{
    static const rs_page_column columns[] = {{"name", "root"},    {"wide", "mode"},
                                             {NULL, "readiness"}, {"n wide", "checks"},
                                             {"n", "violations"}, {"n wide", "rate"}};
    rs_page_open_table(&p->html, NULL, columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < p->report->root_count; i++) {
        const rs_totals_root *root = p->report->roots[i];
        const char *rate = rs_report_rate(&p->html.arena, root);
        rs_html_open(&p->html, "tr", NULL);
        rs_html_open(&p->html, "td", "name");
        rs_html_open(&p->html, "a", NULL);
        rs_html_attribute(&p->html, "href", rs_text_format(&p->html.arena, "#root-%zu", i));
        rs_html_text(&p->html, rs_report_root_label(&p->html.arena, root));
        rs_html_close(&p->html);
        rs_html_close(&p->html);
        rs_page_cell(&p->html, "wide", rs_mode_word(root->mode));
        rs_html_open(&p->html, "td", NULL);
        put_badge(p, root);
        rs_html_close(&p->html);
        rs_page_cell(&p->html, "n wide", root->checked == 0 ? "—" : number(p, root->checked));
        rs_page_cell(&p->html, "n", number(p, rs_totals_violated(root)));
        rs_page_cell(&p->html, "n wide", rate == NULL ? "—" : rate);
        rs_html_close(&p->html);
        rs_arena_clear(&p->html.arena);
    }
    rs_page_close_table(&p->html);
}

/* ---- The whole ---- */

static void put_problem(page *p, const rs_totals_problem *problem)
{
    rs_html_open(&p->html, "tr", NULL);
    rs_page_cell(&p->html, "n", number(p, problem->count));
    rs_page_cell(&p->html, NULL, rs_report_text(&p->html.arena, problem->kind));
    rs_page_cell(&p->html, "name",
                 rs_text_format(&p->html.arena, "%s%s%s",
                                rs_report_text(&p->html.arena, problem->path),
                                problem->path.n > 0 ? " " : "",
                                rs_report_text(&p->html.arena, problem->text)));
    rs_page_cell(&p->html, NULL, rs_report_text(&p->html.arena, problem->consequence));
    rs_page_cell(&p->html, "wide", rs_report_text(&p->html.arena, problem->program));
    rs_page_cell(&p->html, "wide nowrap", rs_report_time(&p->html.arena, problem->seen.last));
    rs_html_close(&p->html);
    rs_arena_clear(&p->html.arena);
}

static void put_problems(page *p)
{
    static const rs_page_column columns[] = {{"n", "count"},      {NULL, "kind"},
                                             {"name", "problem"}, {NULL, "consequence"},
                                             {"wide", "program"}, {"wide", "last"}};
    const rs_totals *totals = p->report->totals;
    if (totals->problem_count == 0)
        return;
    const rs_totals_problem **problems = rs_totals_sorted_problems(totals);
    size_t shown = shown_of(p, totals->problem_count, PROBLEMS_SHOWN);
    rs_html_open(&p->html, "section", NULL);
    rs_html_element(&p->html, "h2", NULL, "Problems");
    rs_page_open_table(&p->html, NULL, columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < shown; i++)
        put_problem(p, problems[i]);
    rs_page_close_table(&p->html);
    put_more(p, totals->problem_count - shown + totals->other_problems, "problems");
    rs_html_close(&p->html);
    free(problems);
}

static void put_note(page *p, uint64_t n, const char *what)
{
    if (n > 0)
        rs_html_element(&p->html, "p", "warn",
                        rs_text_format(&p->html.arena, "%s: %s", what, number(p, n)));
}

/* Lines that are in no sum. */
static void put_notes(page *p)
{
    const rs_totals *totals = p->report->totals;
    put_note(p, totals->dropped, "Lines that were lost before they were written (in no sum)");
    put_note(p, totals->malformed, "Malformed lines (ignored)");
    put_note(p, totals->unknown, "Lines of an unknown version or kind");
    put_note(p, totals->outside, "Events outside the chosen time");
    put_note(p, totals->other_root_lines, "Events of roots beyond the limit");
}

static void put_tiles(page *p)
{
    uint64_t count[RS_READINESS_NOT_APPLICABLE + 1] = {0}, checked = 0, violated = 0;
    for (size_t i = 0; i < p->report->root_count; i++) {
        const rs_totals_root *root = p->report->roots[i];
        count[rs_report_readiness_of(p->report, root)]++;
        checked = rs_saturated_sum(checked, root->checked);
        violated = rs_saturated_sum(violated, rs_totals_violated(root));
    }
    rs_html_open(&p->html, "div", "tiles");
    rs_page_tile(&p->html, "ready", count[RS_READINESS_READY], "ready for mode enforce");
    rs_page_tile(&p->html, "violations", count[RS_READINESS_VIOLATIONS], "not ready: violations");
    rs_page_tile(&p->html, "too-few-checks", count[RS_READINESS_TOO_FEW_CHECKS],
                 "not ready: too few checks");
    rs_page_tile(&p->html, NULL, count[RS_READINESS_ENFORCED], "enforced");
    rs_page_tile(&p->html, NULL, checked, "checks");
    rs_page_tile(&p->html, NULL, violated, "violations");
    rs_html_close(&p->html);
}

static void put_origin(page *p, const rs_report_origin *origin)
{
    const rs_totals *totals = p->report->totals;
    rs_arena *arena = &p->html.arena;
    size_t shown = shown_of(p, origin->count, PATHS_SHOWN);
    const char *files = "";
    for (size_t i = 0; i < shown; i++)
        files = rs_text_format(arena, "%s%s%s", files, i == 0 ? "" : ", ",
                               strcmp(origin->paths[i], "-") == 0
                                   ? "standard input"
                                   : rs_report_text(arena, rs_bytes_of_string(origin->paths[i])));
    if (shown < origin->count)
        files = rs_text_format(arena, "%s and %s more", files, number(p, origin->count - shown));
    rs_html_element(
        &p->html, "p", "dim",
        rs_text_format(arena, "Made %s from %s", rs_report_time(arena, origin->time), files));
    rs_html_element(&p->html, "p", "dim",
                    totals->added == 0
                        ? "No telemetry."
                        : rs_text_format(arena, "%s event%s, %s to %s", number(p, totals->added),
                                         totals->added == 1 ? "" : "s",
                                         rs_report_time(arena, totals->seen.first),
                                         rs_report_time(arena, totals->seen.last)));
}

bool rs_report_html(const rs_report *report, const rs_report_origin *origin, const char *path)
{
    page p = {.report = report};
    rs_page_begin(&p.html, "rootscope report");
    put_origin(&p, origin);
    put_notes(&p);
    if (report->root_count > 0) {
        put_tiles(&p);
        put_overview(&p);
    }
    for (size_t i = 0; i < report->root_count; i++)
        put_root(&p, report->roots[i], i);
    put_problems(&p);
    return rs_page_finish(&p.html, path);
}
