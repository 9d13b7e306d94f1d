/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What each root was seen to issue for, as the views of docs/survey-store.md say it, in a fraction
 * of their time. They sort each domain once for each root that it reaches. Here, each domain has a
 * place in a table, which knows the roots that it reaches so far.
 */
#ifndef RS_SUFFIX_TALLY_H
#define RS_SUFFIX_TALLY_H

#include "command/survey/store/store.h"

typedef enum rs_survey_level {
    RS_SURVEY_LEVEL_TLD,
    RS_SURVEY_LEVEL_PUBLIC_SUFFIX,
    RS_SURVEY_LEVEL_REGISTRABLE,
    RS_SURVEY_LEVELS
} rs_survey_level;

/* So many domains of one pass take 64 MiB; twice as much while the table grows to that. */
enum { RS_SUFFIX_TALLY_DOMAINS = 3 << 20 };

/*
 * Makes a view `tally`, for this opened store alone and once: `root` (the id), `suffix`, `domains`,
 * `certificates`, `first`, `last`. At the level of registrable domains it is no faster than the
 * store's own, as it has a row for each.
 *
 * A store that may have more than so many domains is read in several passes, so that memory is
 * bounded, but for what the rows of the view take. False after a message.
 */
bool rs_suffix_tally(rs_survey_store *store, rs_survey_level level, uint64_t domains_of_a_pass);

/* All domains of the store, with those that reach no root. After a tally of top-level domains. */
bool rs_suffix_tally_domains(rs_survey_store *store, int64_t *domains);

#endif
