/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The proposals of a report as a patch of the local list sources.
 */
#ifndef RS_REPORT_DIFF_H
#define RS_REPORT_DIFF_H

#include "command/report/view.h"

typedef struct rs_report_diff_places {
    const char *shipped, *local; /* folders of the sources */
    const char *file;            /* the name of the local source for copies of stanzas */
} rs_report_diff_places;

/*
 * Prints a unified diff for `patch -p1` in the folder of local sources: the proposed lines in the
 * stanza that is for the root alone, or else in a copy of it, in a file that sorts after it.
 *
 * It leaves out, with a warning: lines without effect (the stanza excludes the name, no source
 * lists the root, the stanza has no permit line), lines that the stanza already has, and
 * public suffixes if the stanza has none yet. It prints nothing if nothing is left. False, with the
 * reason on standard error, if the sources cannot be read or an edit cannot be made.
 */
bool rs_report_diff(const rs_report *report, const rs_report_diff_places *places);

#endif
