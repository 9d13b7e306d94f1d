/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list source from a store: each root may go on to issue for what it was seen to issue for.
 */
#ifndef RS_SURVEY_PROPOSAL_H
#define RS_SURVEY_PROPOSAL_H

#include "command/survey/table.h"
#include "lib/image/image.h"

typedef struct rs_proposal_rules {
    const rs_image *in_force; /* the list that is not to become wider; NULL: there is none */
    bool allow_wider;         /* it may all the same */
    rs_survey_level level;    /* of the suffixes that are permitted */
    uint64_t threshold;       /* those with fewer certificates are set apart */
    int64_t until;            /* the day on which the stanzas' test ends; seconds since 1970 */
} rs_proposal_rules;

/*
 * Prints the source on standard output, with the evidence as comments, and on standard error how
 * many roots it is for. False after a message: the store cannot be read, or has no root.
 */
bool rs_proposal_print(const char *path, const rs_proposal_rules *rules);

#endif
