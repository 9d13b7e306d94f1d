/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the page of a report looks.
 */
#ifndef RS_REPORT_STYLE_H
#define RS_REPORT_STYLE_H

/* A style sheet without <, > and &, so that it means the same in HTML and in XML. */
extern const char rs_report_style[];

#endif
