/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of a report for people. All texts are on the arena or static, and fit for a terminal.
 */
#ifndef RS_REPORT_TEXT_H
#define RS_REPORT_TEXT_H

#include "command/report/view.h"

/* A text from telemetry, shortened if it is long. */
const char *rs_report_text(rs_arena *arena, rs_bytes text);

/* As rs_utc_text. */
const char *rs_report_time(rs_arena *arena, int64_t time);

/* Enough of a hash to tell roots apart, and for `rootscope show --root`. */
const char *rs_report_root_id(rs_arena *arena, rs_bytes name);

/*
 * What to call a root on a command line, as a word of a shell: the start of its hash. A label says
 * nothing certain, because whoever may write telemetry chooses it.
 */
const char *rs_report_root_word(rs_arena *arena, rs_bytes name);

/* The label; without one, words for `default` and `none`, or as rs_report_root_id. */
const char *rs_report_root_label(rs_arena *arena, const rs_totals_root *root);

/* The label, followed by the text of rs_report_root_id. */
const char *rs_report_root_title(rs_arena *arena, const rs_totals_root *root);

/* "0.50 %", or NULL if nothing was checked. */
const char *rs_report_rate(rs_arena *arena, const rs_totals_root *root);

/*
 * "ready for mode enforce", "not ready: 5 chains would be refused"; NULL where it does not apply.
 */
const char *rs_report_readiness(rs_arena *arena, const rs_report *report,
                                const rs_totals_root *root);

/* What "overridden" means. */
extern const char rs_report_overridden[];

/* "3 denied, 2 would be denied". */
const char *rs_report_verdicts(rs_arena *arena, const rs_totals_violations *count);

/* "(no suffix)" if there is none. */
const char *rs_report_suffix(rs_arena *arena, const rs_totals_row *row);

/*
 * The root's rows with chains whose signatures hold; with `verified` false, those with other
 * chains. Most first. `*count` becomes their number. The caller frees the array.
 */
const rs_totals_row **rs_report_rows(const rs_report *report, const rs_totals_root *root,
                                     bool verified, size_t *count);

/* How many chains of that kind. */
uint64_t rs_report_chains(const rs_totals_violations *count, bool verified);

#endif
