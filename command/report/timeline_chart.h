/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Violations over time, as a part of a page.
 */
#ifndef RS_TIMELINE_CHART_H
#define RS_TIMELINE_CHART_H

#include "command/page/html.h"
#include "command/telemetry/timeline.h"

/* A heading, a bar for each interval and the axes; nothing for an empty timeline. */
void rs_report_timeline_chart(rs_html *html, const rs_timeline *timeline);

#endif
