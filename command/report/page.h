/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A report as a page: one file that loads nothing and runs nothing. Everything from telemetry is
 * text in it.
 */
#ifndef RS_REPORT_PAGE_H
#define RS_REPORT_PAGE_H

#include "command/report/view.h"

/* Where the report comes from. */
typedef struct rs_report_origin {
    char *const *paths; /* of the telemetry; `-` is standard input */
    size_t count;
    int64_t time; /* when it was made; seconds since 1970 UTC */
} rs_report_origin;

/* Replaces the file as rs_replace_file does; false after a message. */
bool rs_report_html(const rs_report *report, const rs_report_origin *origin, const char *path);

#endif
