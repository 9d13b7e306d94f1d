/* SPDX-License-Identifier: Apache-2.0 */
#include "command/report/timeline_chart.h"

#include "command/base/text.h"
#include "command/page/chart.h"
#include "command/report/phrases.h"

/* Of an interval, in units of the chart. */
enum { WIDTH = 10, HEIGHT = 60 };

static void put_interval(rs_html *html, const rs_timeline *timeline, int i, uint64_t most)
{
    double height = HEIGHT * (double)timeline->chains[i] / (double)most;
    height = height < 1 ? 1 : height;
    rs_chart_open_rect(html, NULL, i * WIDTH + 1, HEIGHT - height, WIDTH - 2, height);
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

void rs_report_timeline_chart(rs_html *html, const rs_timeline *timeline)
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
    rs_chart_open(html, "time", WIDTH * (last + 1), HEIGHT, "Violations over time");
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
