/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Charts of a page, as SVG within it. All are stretched to the width of what they are in. Labels
 * are for those who do not see the chart.
 */
#ifndef RS_PAGE_CHART_H
#define RS_PAGE_CHART_H

#include "command/page/html.h"

/* Opens a chart of this width and height, in units of its own; rs_html_close closes it. */
void rs_chart_open(rs_html *html, const char *class, int width, int height, const char *label);

/* Opens a rectangle: a title, or nothing, is next. */
void rs_chart_open_rect(rs_html *html, const char *class, double x, double y, double width,
                        double height);

/* A line along a path in the language of SVG. */
void rs_chart_path(rs_html *html, const char *class, const char *path);

/* A whole chart: a bar whose full width stands for `most`; a small number still shows. */
void rs_chart_bar(rs_html *html, uint64_t part, uint64_t most);

#endif
