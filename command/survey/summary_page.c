/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/summary_page.h"

#include "command/base/text.h"
#include "command/page/chart.h"
#include "command/page/page.h"

#include <math.h>

enum { ROWS_SHOWN = 100, CURVE_WIDTH = 200, CURVE_HEIGHT = 100 };

/* Roots with their top-level domains, or the other way round, and the words for both. */
typedef struct kind {
    const rs_summary_lines *lines;
    bool are_roots;
    const char *title, *table, *one, *many, *others;
    const char *column; /* the same as `others`, short */
} kind;

static const char *number(rs_html *html, int64_t n)
{
    return rs_text_number(&html->arena, (size_t)n);
}

static const char *percent(rs_html *html, size_t part, size_t whole)
{
    return rs_text_format(&html->arena, "%.0f %%",
                          whole == 0 ? 0.0 : 100.0 * (double)part / (double)whole);
}

/* How many lines have at most so many others. */
static size_t count_to(const rs_summary_lines *lines, double most)
{
    size_t above = lines->count;
    while (above > 0 && (double)lines->all[above - 1].others <= most)
        above--;
    return lines->count - above;
}

/* ---- Charts ---- */

/* Where a number is on the axis, which is logarithmic and ends with the highest. */
static double place(double n, double most)
{
    return most <= 1 ? 0 : CURVE_WIDTH * log(n) / log(most);
}

/* The share of lines with at most so many others as the axis says. */
static const char *curve(rs_html *html, const rs_summary_lines *lines, double most)
{
    const char *path = "";
    for (int x = 0; x <= CURVE_WIDTH; x++) {
        double others = x == CURVE_WIDTH ? most : pow(most, (double)x / CURVE_WIDTH);
        double share = (double)count_to(lines, others) / (double)lines->count;
        path = rs_text_format(&html->arena, "%s%c%d %.1f", path, x == 0 ? 'M' : 'L', x,
                              CURVE_HEIGHT * (1 - share));
    }
    return path;
}

static void put_curve(rs_html *html, const kind *k)
{
    double most = (double)k->lines->all[0].others;
    const char *label = rs_text_format(
        &html->arena, "%s of the %s have fewer than %d %s; half of them have at most %s",
        percent(html, count_to(k->lines, RS_SURVEY_FEW_TLDS - 1), k->lines->count), k->many,
        RS_SURVEY_FEW_TLDS, k->others, number(html, rs_summary_median(k->lines)));
    rs_html_element(
        html, "h3", NULL,
        rs_text_format(&html->arena, "Share of %s with at most so many %s", k->many, k->others));
    rs_chart_open(html, "curve", CURVE_WIDTH, CURVE_HEIGHT, label);
    rs_chart_path(html, "mark",
                  rs_text_format(&html->arena, "M0 %d H%d", CURVE_HEIGHT / 2, CURVE_WIDTH));
    if (most >= RS_SURVEY_FEW_TLDS)
        rs_chart_path(html, "mark",
                      rs_text_format(&html->arena, "M%.1f 0 V%d",
                                     place(RS_SURVEY_FEW_TLDS - 1, most), CURVE_HEIGHT));
    rs_chart_path(html, NULL, curve(html, k->lines, most));
    rs_html_close(html);
    rs_html_open(html, "div", "ends");
    rs_html_element(html, "span", NULL, "1");
    rs_html_element(html, "span", NULL, "dashed: half of them, and 10; the scale is logarithmic");
    rs_html_element(html, "span", NULL, number(html, k->lines->all[0].others));
    rs_html_close(html);
    rs_html_element(html, "p", NULL, rs_text_format(&html->arena, "%s.", label));
}

/* How many lines have how many others: a bar for each range up to the highest number. */
static void put_histogram(rs_html *html, const kind *k)
{
    static const int64_t ends[] = {1, 3, 10, 30, 100, 300, 1000, INT64_MAX};
    const rs_page_column columns[] = {{"name", k->others}, {"n", k->many}, {"chart", ""}};
    int64_t from = 1;
    rs_page_open_table(html, NULL, columns, sizeof columns / sizeof *columns);
    for (size_t i = 0; from <= k->lines->all[0].others; i++) {
        size_t count = count_to(k->lines, (double)ends[i]) - count_to(k->lines, (double)(from - 1));
        rs_html_open(html, "tr", NULL);
        rs_page_cell(html, "name",
                     ends[i] == from ? number(html, from)
                     : ends[i] == INT64_MAX
                         ? "more than 1,000"
                         : rs_text_format(&html->arena, "%s to %s", number(html, from),
                                          number(html, ends[i])));
        rs_page_cell(html, "n", number(html, (int64_t)count));
        rs_html_open(html, "td", "chart");
        rs_chart_bar(html, count, k->lines->count);
        rs_html_close(html);
        rs_html_close(html);
        if (ends[i] == INT64_MAX)
            break;
        from = ends[i] + 1;
    }
    rs_page_close_table(html);
}

/* ---- Tables ---- */

static void put_line(rs_html *html, const kind *k, const rs_summary_line *line)
{
    rs_html_open(html, "tr", NULL);
    rs_page_cell(html, "name", line->label[0] == '\0' ? line->name : line->label);
    if (k->are_roots)
        rs_page_cell(html, "id wide", rs_text_format(&html->arena, "%.8s", line->name));
    rs_page_cell(html, "n", number(html, line->others));
    rs_html_open(html, "td", "chart");
    rs_chart_bar(html, (uint64_t)line->others, (uint64_t)k->lines->all[0].others);
    rs_html_close(html);
    if (k->are_roots)
        rs_page_cell(html, "nowrap", line->has_com ? "" : "never com");
    rs_html_close(html);
    rs_arena_clear(&html->arena);
}

static void put_lines(rs_html *html, const kind *k)
{
    const rs_page_column roots[] = {
        {"name", k->one}, {"id wide", "key"}, {"n", k->column}, {"chart", ""}, {NULL, "com"}};
    const rs_page_column domains[] = {{"name", k->one}, {"n", k->column}, {"chart", ""}};
    size_t count = k->lines->count, shown = count < ROWS_SHOWN ? count : ROWS_SHOWN;
    rs_page_open_table(html, NULL, k->are_roots ? roots : domains,
                       k->are_roots ? sizeof roots / sizeof *roots
                                    : sizeof domains / sizeof *domains);
    for (size_t i = 0; i < shown; i++)
        put_line(html, k, &k->lines->all[i]);
    rs_page_close_table(html);
    rs_page_more(html, count - shown, k->many, "--json has all");
}

/* ---- The whole ---- */

static void put_kind(rs_html *html, const kind *k)
{
    rs_html_open(html, "section", NULL);
    rs_html_element(html, "h2", NULL, k->title);
    put_curve(html, k);
    put_histogram(html, k);
    rs_html_element(html, "h3", NULL, k->table);
    put_lines(html, k);
    rs_html_close(html);
    rs_arena_clear(&html->arena);
}

static void put_tiles(rs_html *html, const rs_summary *s)
{
    size_t roots = s->roots.count;
    rs_html_open(html, "div", "tiles");
    rs_page_tile(html, NULL, (uint64_t)s->certificates, "certificates");
    rs_page_tile(html, NULL, (uint64_t)s->without_root, "certificates that reach no known root");
    rs_page_tile(html, NULL, (uint64_t)s->domains, "registrable domains");
    rs_page_tile(html, NULL, roots, "roots that they reach");
    rs_page_text_tile(html, NULL, percent(html, s->few, roots),
                      rs_text_format(&html->arena,
                                     "of the roots for fewer than %d top-level domains: %s",
                                     RS_SURVEY_FEW_TLDS, number(html, (int64_t)s->few)));
    rs_page_text_tile(html, NULL, percent(html, s->never_com, roots),
                      rs_text_format(&html->arena, "of the roots never for com: %s",
                                     number(html, (int64_t)s->never_com)));
    rs_html_close(html);
}

bool rs_summary_page(const rs_summary *s, const char *origin, const char *path)
{
    const kind roots = {.lines = &s->roots,
                        .are_roots = true,
                        .title = "Top-level domains of a root",
                        .table = "Roots",
                        .one = "root",
                        .many = "roots",
                        .others = "top-level domains",
                        .column = "TLDs"};
    const kind tlds = {.lines = &s->tlds,
                       .title = "Roots of a top-level domain",
                       .table = "Top-level domains",
                       .one = "TLD",
                       .many = "top-level domains",
                       .others = "roots",
                       .column = "roots"};
    rs_html html;
    rs_page_begin(&html, "rootscope survey");
    rs_html_element(&html, "p", "dim",
                    rs_text_format(&html.arena, "What the store %s has seen.",
                                   rs_text_printable(&html.arena, rs_bytes_of_string(origin))));
    put_tiles(&html, s);
    if (s->roots.count > 0) {
        put_kind(&html, &roots);
        put_kind(&html, &tlds);
    }
    return rs_page_finish(&html, path);
}
