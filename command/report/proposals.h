/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The part of a report that proposes lines for a root that is not ready.
 */
#ifndef RS_REPORT_PROPOSALS_H
#define RS_REPORT_PROPOSALS_H

#include "command/base/json.h"
#include "command/base/printer.h"
#include "command/report/view.h"
#include "command/telemetry/proposal.h"

/* The proposals for a root that has violations in test mode; none for any other. On the arena. */
rs_proposals rs_report_proposals_of(rs_arena *arena, const rs_report *report,
                                    const rs_totals_root *root);

/* The command that permits what is proposed, for a shell. On the arena. */
const char *rs_report_proposals_command(rs_arena *arena, const rs_report *report,
                                        const rs_totals_root *root, const rs_proposal *proposal);

/* A comment for a proposed line: who reported it, and whether it is a public suffix. May be "". */
const char *rs_report_proposals_remark(rs_arena *arena, const rs_proposal *proposal);

/* Prints them, if there are any. */
void rs_report_proposals_print(rs_printer *out, const rs_report *report,
                               const rs_totals_root *root);

/* Sets `proposals` and `unproposed` of a root's object. */
void rs_report_proposals_json(json_t *object, const rs_report *report, const rs_totals_root *root);

#endif
