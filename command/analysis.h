/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The second executable, rootscope-analysis: subcommands with libraries that a server can do
 * without. `rootscope` runs it for them, so that nobody has to know.
 */
#ifndef RS_ANALYSIS_H
#define RS_ANALYSIS_H

#include "command/base/subcommand.h"

/* Their lines of `rootscope --help`. */
#define RS_REPORT_SUMMARY   "sum telemetry for each root"
#define RS_SURVEY_SUMMARY   "count for which domains each root has issued certificates"
#define RS_PROPOSE_SUMMARY  "propose a list from a survey"
#define RS_EVALUATE_SUMMARY "say what a list does to what a survey has seen"

/* ROW(NAME, SUMMARY): `rs_command_NAME` is in command/NAME.c. */
#define RS_ANALYSIS_COMMANDS(ROW)                                                                  \
    ROW(report, RS_REPORT_SUMMARY)                                                                 \
    ROW(survey, RS_SURVEY_SUMMARY)                                                                 \
    ROW(propose, RS_PROPOSE_SUMMARY)                                                               \
    ROW(evaluate, RS_EVALUATE_SUMMARY)

#define RS_ANALYSIS_DECLARATION(name, summary) extern const rs_subcommand rs_command_##name;
RS_ANALYSIS_COMMANDS(RS_ANALYSIS_DECLARATION)

/*
 * Becomes the second executable, with the same command line. It is looked for beside this
 * executable, then where this build is installed. Returns RS_EXIT_ERROR after a message if it
 * cannot be run.
 */
int rs_analysis_run(const char *subcommand, char **argv);

#endif
