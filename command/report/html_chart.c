/* SPDX-License-Identifier: Apache-2.0 */
#include "command/report/html_chart.h"

#include "command/base/text.h"
#include "command/report/phrases.h"

static void put_rect(rs_html *html, const char *class, double x, double y, double width,
                     double height)
{
    const struct {
        const char *name;
        double value;
    } sides[] = {{"x", x}, {"y", y}, {"width", width}, {"height", height}};
    rs_html_open(html, "rect", class);
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++)
        rs_html_attribute(html, sides[i].name,
                          rs_text_format(&html->arena, "%.2f", sides[i].value));
}

static void open_chart(rs_html *html, const char *class, const char *box, const char *label)
{
    rs_html_open(html, "svg", class);
    rs_html_attribute(html, "xmlns", "http://www.w3.org/2000/svg");
    rs_html_attribute(html, "viewBox", box);
    rs_html_attribute(html, "preserveAspectRatio", "none");
    rs_html_attribute(html, "role", "img");
    rs_html_attribute(html, "aria-label", label);
}

void rs_html_chart_bar(rs_html *html, uint64_t part, uint64_t most)
{
    double width = most == 0 ? 0 : 100 * (double)part / (double)most;
    open_chart(html, "bar", "0 0 100 8", rs_text_number(&html->arena, part));
    put_rect(html, "track", 0, 0, 100, 8);
    rs_html_close_empty(html);
    put_rect(html, NULL, 0, 0, width < 1 && part > 0 ? 1 : width, 8);
    rs_html_close_empty(html);
    rs_html_close(html);
}

static void put_interval(rs_html *html, const rs_timeline *timeline, int i, uint64_t most)
{
    enum { WIDTH = 10, HEIGHT = 60 };
    double height = HEIGHT * (double)timeline->chains[i] / (double)most;
    height = height < 1 ? 1 : height;
    put_rect(html, NULL, i * WIDTH + 1, HEIGHT - height, WIDTH - 2, height);
    rs_html_element(
        html, "title", NULL,
        rs_text_format(&html->arena, "%s: %s",
                       rs_report_time(&html->arena, timeline->start + i * timeline->width),
                       rs_text_number(&html->arena, timeline->chains[i])));
    rs_html_close(html);
}

static const char *width_text(rs_html *html, int64_t seconds)
{
    int64_t n = seconds / 60;
    return n < 120    ? rs_text_format(&html->arena, "%d min", (int)n)
           : n < 2880 ? rs_text_format(&html->arena, "%.1f h", (double)n / 60)
                      : rs_text_format(&html->arena, "%.1f days", (double)n / 1440);
}

void rs_html_chart_timeline(rs_html *html, const rs_timeline *timeline)
{
    uint64_t most = 0;
    int last = 0;
    for (int i = 0; i < RS_TIMELINE_BINS; i++) {
        most = timeline->chains[i] > most ? timeline->chains[i] : most;
        last = timeline->chains[i] > 0 ? i : last;
    }
    if (most == 0)
        return;
    last = last < 7 ? 7 : last; /* a few wide bars would show little */
    rs_html_element(html, "h3", NULL, "Violations over time");
    open_chart(html, "time", rs_text_format(&html->arena, "0 0 %d 60", 10 * (last + 1)),
               "Violations over time");
    for (int i = 0; i <= last; i++)
        if (timeline->chains[i] > 0)
            put_interval(html, timeline, i, most);
    rs_html_close(html);
    rs_html_open(html, "div", "ends");
    rs_html_element(html, "span", NULL, rs_report_time(&html->arena, timeline->start));
    rs_html_element(html, "span", NULL,
                    rs_text_format(&html->arena, "each bar %s, the highest %s",
                                   width_text(html, timeline->width),
                                   rs_text_number(&html->arena, most)));
    rs_html_element(html, "span", NULL,
                    rs_report_time(&html->arena, timeline->start + (last + 1) * timeline->width));
    rs_html_close(html);
}
