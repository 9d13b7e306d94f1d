/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How concentrated roots are: for how many top-level domains each root of a store has issued, and
 * how many roots have issued for each top-level domain.
 */
#ifndef RS_SURVEY_SUMMARY_H
#define RS_SURVEY_SUMMARY_H

#include "command/survey/store.h"

/* "fewer than 11 top-level domains": the number by which published surveys group roots. */
enum { RS_SURVEY_FEW_TLDS = 11 };

/* Prints it on standard output, as text or JSON. False after a message. */
bool rs_survey_summary_print(rs_survey_store *store, bool json);

#endif
