/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Charts of a page, as SVG within it.
 */
#ifndef RS_HTML_CHART_H
#define RS_HTML_CHART_H

#include "command/report/html.h"
#include "command/telemetry/timeline.h"

/* A bar whose full width stands for `most`; a small number still shows. */
void rs_html_chart_bar(rs_html *html, uint64_t part, uint64_t most);

/* A heading, a bar for each interval and the axes; nothing for an empty timeline. */
void rs_html_chart_timeline(rs_html *html, const rs_timeline *timeline);

#endif
