/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Counts the certificates of one unit after another, for one thread.
 */
#ifndef RS_SURVEY_COUNTER_H
#define RS_SURVEY_COUNTER_H

#include "command/survey/attribution/attribution.h"
#include "command/survey/counting/new_ca.h"
#include "command/survey/input/file/unit.h"
#include "command/survey/input/format/issuer_ids.h"
#include "command/survey/names/names.h"
#include "command/survey/sums/contribution.h"

/* What is counted, and against what. All threads share it. */
typedef struct rs_survey_scope {
    rs_ca_pool *pool;
    rs_suffixes *suffixes;
    rs_new_ca *new_ca; /* takes the CA certificates that the inputs have */
    rs_survey_verify verify;
    int64_t since, until; /* notBefore: from `since` on, before `until` */
} rs_survey_scope;

/*
 * A unit that contributes more is rejected as a whole: a few certificates of tens of thousands of
 * names each would take as much memory as they want otherwise. A real tile has some 8 KiB.
 */
#define RS_SURVEY_CONTRIBUTION_MAX ((size_t)8 << 20)

typedef struct rs_survey_counter {
    rs_contribution contribution; /* of the last unit */
    uint64_t generation;          /* of the pool, before that unit was read */
    bool is_too_large;            /* its contribution is */
    bool may_change;              /* with more CA certificates it may be another one */
    const rs_survey_scope *scope;
    rs_survey_attributor *attributor;
    rs_survey_names names;
    rs_issuer_ids issuer_ids;
} rs_survey_counter;

/* The scope must live as long. False: no memory; clear it all the same. */
bool rs_survey_counter_init(rs_survey_counter *counter, const rs_survey_scope *scope);
void rs_survey_counter_clear(rs_survey_counter *counter);

/*
 * Replaces the contribution by that of a unit; by the rejection `too-large` alone, if that is what
 * the unit is. False: no memory.
 */
bool rs_survey_counter_read(rs_survey_counter *counter, rs_survey_unit *unit);

#endif
