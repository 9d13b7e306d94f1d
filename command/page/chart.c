/* SPDX-License-Identifier: Apache-2.0 */
#include "command/page/chart.h"

#include "command/base/text.h"

void rs_chart_open(rs_html *html, const char *class, int width, int height, const char *label)
{
    rs_html_open(html, "svg", class);
    rs_html_attribute(html, "xmlns", "http://www.w3.org/2000/svg");
    rs_html_attribute(html, "viewBox", rs_text_format(&html->arena, "0 0 %d %d", width, height));
    rs_html_attribute(html, "preserveAspectRatio", "none");
    rs_html_attribute(html, "role", "img");
    rs_html_attribute(html, "aria-label", label);
}

void rs_chart_open_rect(rs_html *html, const char *class, double x, double y, double width,
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

void rs_chart_path(rs_html *html, const char *class, const char *path)
{
    rs_html_open(html, "path", class);
    rs_html_attribute(html, "d", path);
    rs_html_close_empty(html);
}

void rs_chart_bar(rs_html *html, uint64_t part, uint64_t most)
{
    double width = most == 0 ? 0 : 100 * (double)part / (double)most;
    rs_chart_open(html, "bar", 100, 8, rs_text_number(&html->arena, part));
    rs_chart_open_rect(html, "track", 0, 0, 100, 8);
    rs_html_close_empty(html);
    rs_chart_open_rect(html, NULL, 0, 0, width < 1 && part > 0 ? 1 : width, 8);
    rs_html_close_empty(html);
    rs_html_close(html);
}
