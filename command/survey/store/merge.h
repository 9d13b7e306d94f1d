/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Adds one store of a survey to another. The result depends on which units the stores have, not on
 * the order of merges, nor on how often a unit comes.
 */
#ifndef RS_SURVEY_MERGE_H
#define RS_SURVEY_MERGE_H

#include "command/survey/store/store.h"

/*
 * Adds the units of `from` that `into` does not have, and what it knows of issuers, CA certificates
 * and roots. All or nothing, in a transaction of its own. False after a message: a store cannot be
 * read or written, is damaged, or was made with other settings.
 */
bool rs_survey_merge(rs_survey_store *into, rs_survey_store *from);

#endif
