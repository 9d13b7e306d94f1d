/* SPDX-License-Identifier: Apache-2.0 */
#include "command/report/page.h"

#include "command/base/message.h"
#include "command/base/output_file.h"
#include "command/base/text.h"
#include "command/report/html_chart.h"
#include "command/report/in_force.h"
#include "command/report/page_style.h"
#include "command/report/phrases.h"
#include "command/report/proposals.h"
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

/* Opens a table with these columns: their titles, a blank and the class of their cells. */
typedef struct column {
    const char *class, *title;
} column;

static void open_table(page *p, const char *class, const column *columns, size_t count)
{
    rs_html_open(&p->html, "div", "scroll");
    rs_html_open(&p->html, "table", class);
    rs_html_open(&p->html, "thead", NULL);
    rs_html_open(&p->html, "tr", NULL);
    for (size_t i = 0; i < count; i++)
        rs_html_element(&p->html, "th", columns[i].class, columns[i].title);
    rs_html_close(&p->html);
    rs_html_close(&p->html);
    rs_html_open(&p->html, "tbody", NULL);
}

static void close_table(page *p)
{
    for (int i = 0; i < 3; i++)
        rs_html_close(&p->html);
}

static void cell(page *p, const char *class, const char *text)
{
    rs_html_element(&p->html, "td", class, text);
}

static void put_more(page *p, size_t more, const char *what)
{
    if (more > 0)
        rs_html_element(&p->html, "p", "dim",
                        rs_text_format(&p->html.arena, "and %s more %s; --all shows them",
                                       number(p, more), what));
}

static void put_row(page *p, const rs_totals_root *root, const rs_totals_row *row, bool verified,
                    uint64_t most)
{
    rs_html_open(&p->html, "tr", NULL);
    cell(p, "name", rs_report_suffix(&p->html.arena, row));
    cell(p, NULL, rs_report_text(&p->html.arena, row->form));
    cell(p, "n", number(p, rs_report_chains(&row->count, verified)));
    rs_html_open(&p->html, "td", "chart");
    rs_html_chart_bar(&p->html, rs_report_chains(&row->count, verified), most);
    rs_html_close(&p->html);
    cell(p, "wide words", rs_report_text(&p->html.arena, row->reason));
    const char *verdicts = verified ? rs_report_verdicts(&p->html.arena, &row->count) : "";
    cell(p, "wide words",
         rs_text_format(
             &p->html.arena, "%s%s", verdicts,
             rs_report_is_permitted_now(p->report, root, row) ? "; the list permits it now" : ""));
    cell(p, "wide nowrap", rs_report_time(&p->html.arena, row->seen.last));
    cell(p, "wide example", rs_report_text(&p->html.arena, row->name));
    rs_html_close(&p->html);
    rs_arena_clear(&p->html.arena);
}

static void put_rows(page *p, const rs_totals_root *root, bool verified)
{
    static const column columns[] = {{"name", "suffix"}, {NULL, "form"},     {"n", "chains"},
                                     {"chart", ""},      {"wide", "why"},    {"wide", "verdict"},
                                     {"wide", "last"},   {"wide", "example"}};
    size_t count;
    const rs_totals_row **rows = rs_report_rows(p->report, root, verified, &count);
    uint64_t most = count == 0 ? 0 : rs_report_chains(&rows[0]->count, verified);
    size_t shown = shown_of(p, count, ROWS_SHOWN);
    open_table(p, verified ? NULL : "forged", columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < shown; i++)
        put_row(p, root, rows[i], verified, most);
    close_table(p);
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
        rs_html_chart_timeline(&p->html, &root->timeline);
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
            rs_html_text(
                &p->html,
                rs_text_format(&arena, "%s%s\n",
                               rs_report_proposals_command(&arena, root, &proposals.items[i]),
                               rs_report_proposals_remark(&arena, &proposals.items[i])));
        rs_html_close(&p->html);
        put_more(p, proposals.count - shown, "lines");
    }
    rs_arena_clear(&arena);
}

static void put_programs(page *p, const rs_totals_root *root)
{
    static const column columns[] = {
        {"name", "program"}, {"n", "checks"}, {"n", "violations"}, {"n", "told"}};
    const rs_totals_program **programs = rs_totals_sorted_programs(p->report->totals, root);
    size_t shown = shown_of(p, root->program_count, PROGRAMS_SHOWN);
    rs_html_element(&p->html, "h3", NULL, "Programs");
    open_table(p, NULL, columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < shown; i++) {
        rs_html_open(&p->html, "tr", NULL);
        cell(p, "name", rs_report_text(&p->html.arena, programs[i]->name));
        cell(p, "n", number(p, programs[i]->checked));
        cell(p, "n", number(p, programs[i]->violated));
        cell(p, "n", number(p, programs[i]->told));
        rs_html_close(&p->html);
    }
    close_table(p);
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
    static const column columns[] = {{"name", "root"},     {"wide", "mode"},    {NULL, "readiness"},
                                     {"n wide", "checks"}, {"n", "violations"}, {"n wide", "rate"}};
    open_table(p, NULL, columns, sizeof columns / sizeof *columns);
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
        cell(p, "wide", rs_mode_word(root->mode));
        rs_html_open(&p->html, "td", NULL);
        put_badge(p, root);
        rs_html_close(&p->html);
        cell(p, "n wide", root->checked == 0 ? "—" : number(p, root->checked));
        cell(p, "n", number(p, rs_totals_violated(root)));
        cell(p, "n wide", rate == NULL ? "—" : rate);
        rs_html_close(&p->html);
        rs_arena_clear(&p->html.arena);
    }
    close_table(p);
}

/* ---- The whole ---- */

static void put_problem(page *p, const rs_totals_problem *problem)
{
    rs_html_open(&p->html, "tr", NULL);
    cell(p, "n", number(p, problem->count));
    cell(p, NULL, rs_report_text(&p->html.arena, problem->kind));
    cell(p, "name",
         rs_text_format(&p->html.arena, "%s%s%s", rs_report_text(&p->html.arena, problem->path),
                        problem->path.n > 0 ? " " : "",
                        rs_report_text(&p->html.arena, problem->text)));
    cell(p, NULL, rs_report_text(&p->html.arena, problem->consequence));
    cell(p, "wide", rs_report_text(&p->html.arena, problem->program));
    cell(p, "wide nowrap", rs_report_time(&p->html.arena, problem->seen.last));
    rs_html_close(&p->html);
    rs_arena_clear(&p->html.arena);
}

static void put_problems(page *p)
{
    static const column columns[] = {{"n", "count"},      {NULL, "kind"},
                                     {"name", "problem"}, {NULL, "consequence"},
                                     {"wide", "program"}, {"wide", "last"}};
    const rs_totals *totals = p->report->totals;
    if (totals->problem_count == 0)
        return;
    const rs_totals_problem **problems = rs_totals_sorted_problems(totals);
    size_t shown = shown_of(p, totals->problem_count, PROBLEMS_SHOWN);
    rs_html_open(&p->html, "section", NULL);
    rs_html_element(&p->html, "h2", NULL, "Problems");
    open_table(p, NULL, columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; i < shown; i++)
        put_problem(p, problems[i]);
    close_table(p);
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

static void put_tile(page *p, const char *class, uint64_t n, const char *what)
{
    rs_html_open(&p->html, "div", "tile");
    rs_html_element(&p->html, "b", n == 0 ? NULL : class, number(p, n));
    rs_html_text(&p->html, what);
    rs_html_close(&p->html);
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
    put_tile(p, "ready", count[RS_READINESS_READY], "ready for mode enforce");
    put_tile(p, "violations", count[RS_READINESS_VIOLATIONS], "not ready: violations");
    put_tile(p, "too-few-checks", count[RS_READINESS_TOO_FEW_CHECKS], "not ready: too few checks");
    put_tile(p, NULL, count[RS_READINESS_ENFORCED], "enforced");
    put_tile(p, NULL, checked, "checks");
    put_tile(p, NULL, violated, "violations");
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

static void put_meta(page *p, const char *key, const char *key_value, const char *content)
{
    rs_html_open(&p->html, "meta", NULL);
    rs_html_attribute(&p->html, key, key_value);
    if (content != NULL)
        rs_html_attribute(&p->html, "content", content);
    rs_html_close_empty(&p->html);
}

static void put_head(page *p)
{
    rs_html_open(&p->html, "head", NULL);
    put_meta(p, "charset", "utf-8", NULL);
    put_meta(p, "http-equiv", "Content-Security-Policy",
             "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'");
    put_meta(p, "name", "referrer", "no-referrer");
    put_meta(p, "name", "viewport", "width=device-width, initial-scale=1");
    rs_html_element(&p->html, "title", NULL, "rootscope report");
    rs_html_element(&p->html, "style", NULL, rs_report_style);
    rs_html_close(&p->html);
}

static void put_body(page *p, const rs_report_origin *origin)
{
    rs_html_open(&p->html, "body", NULL);
    rs_html_element(&p->html, "h1", NULL, "rootscope report");
    put_origin(p, origin);
    put_notes(p);
    if (p->report->root_count > 0) {
        put_tiles(p);
        put_overview(p);
    }
    for (size_t i = 0; i < p->report->root_count; i++)
        put_root(p, p->report->roots[i], i);
    put_problems(p);
    rs_html_close(&p->html);
}

bool rs_report_html(const rs_report *report, const rs_report_origin *origin, const char *path)
{
    page p = {.report = report};
    rs_html_init(&p.html);
    rs_html_open(&p.html, "html", NULL);
    rs_html_attribute(&p.html, "xmlns", "http://www.w3.org/1999/xhtml");
    rs_html_attribute(&p.html, "lang", "en");
    put_head(&p);
    put_body(&p, origin);
    bool good = rs_output_file_write(path, rs_html_finish(&p.html), false);
    rs_html_clear(&p.html);
    return good;
}
