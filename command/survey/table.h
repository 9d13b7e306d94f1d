/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints what a store says of its roots on standard output.
 */
#ifndef RS_SURVEY_TABLE_H
#define RS_SURVEY_TABLE_H

#include "command/survey/tally/suffix_tally.h"

typedef enum rs_survey_form {
    RS_SURVEY_FORM_TEXT,
    RS_SURVEY_FORM_TSV,
    RS_SURVEY_FORM_JSON,
} rs_survey_form;

/* Takes the value of an option into an `rs_survey_level` (subcommand.h). */
const char *rs_survey_level_take(void *into, const char *value);

/*
 * Prints a row for each root and suffix, sorted by the root's label and key and by the suffix: what
 * rs_suffix_tally makes, which this calls. The rows are printed as they are read. False after a
 * message.
 */
bool rs_survey_table_print(rs_survey_store *store, rs_survey_level level, rs_survey_form form);

#endif
