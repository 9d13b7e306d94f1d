/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the list that is in force now says of violations in telemetry, which may be older.
 */
#ifndef RS_REPORT_IN_FORCE_H
#define RS_REPORT_IN_FORCE_H

#include "command/report/view.h"
#include "command/telemetry/readiness.h"

/*
 * Whether the list in force permits the suffix of a row and every name below it. False if there is
 * no such list, and where telemetry does not tell enough.
 */
bool rs_report_is_permitted_now(const rs_report *report, const rs_totals_root *root,
                                const rs_totals_row *row);

/* As rs_readiness_of, but violations count only if the list in force does not permit them all. */
rs_readiness rs_report_readiness_of(const rs_report *report, const rs_totals_root *root);

#endif
