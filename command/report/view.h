/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `rootscope report` shows, as text or as JSON.
 */
#ifndef RS_REPORT_H
#define RS_REPORT_H

#include "command/list/change.h"
#include "command/telemetry/totals.h"
#include "lib/image/image.h"

#include <libpsl.h>

typedef struct rs_report {
    const rs_totals *totals;
    const rs_totals_root **roots; /* those asked for, in the order in which they are shown */
    size_t root_count;
    uint64_t min_checks;      /* see rs_readiness_of */
    const psl_ctx_t *psl;     /* public suffixes; NULL: not known */
    const rs_image *in_force; /* the list that rows are compared with; NULL: none */
    rs_change_target target;  /* what the commands that it proposes change */
    bool any_user;            /* propose lines that ordinary users alone reported, too */
    bool all;                 /* the text has every row and program, not just the first ones */
    bool one_line;            /* JSON without line breaks */
} rs_report;

/*
 * For people, on standard output. Everything from telemetry is printed as rs_text_printable does.
 */
void rs_report_table(const rs_report *report);

/* For programs, on standard output, as rootscope-report(1) documents it. */
void rs_report_json(const rs_report *report);

#endif
