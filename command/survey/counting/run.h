/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads inputs with several threads and adds what they contribute to a store.
 *
 * The store has the same content in the end whatever the number of threads and the order of the
 * inputs, and whether it was done in one go or was killed and begun again.
 */
#ifndef RS_SURVEY_RUN_H
#define RS_SURVEY_RUN_H

#include "command/survey/counting/counter.h"

typedef struct rs_survey_job {
    rs_survey_scope scope; /* but for `new_ca` */
    rs_survey_store *store;
    char *const *inputs; /* files and folders */
    size_t input_count;
    unsigned threads; /* 1 or more */
} rs_survey_job;

/* What a run did beside what the store says. */
typedef struct rs_survey_result {
    uint64_t units_added; /* that the store did not have */
    uint64_t units_known; /* that it had, or that came once more */
    /* Inputs that cannot be read at all; they are no units. */
    uint64_t unreadable;
    /* Those of them that the system or a log's server does not give, whatever they have. */
    uint64_t refused;
    uint64_t lost;  /* units that waited for an issuer, and could not be read again */
    uint64_t parts; /* tiles of logs that are not whole, and were left out */
} rs_survey_result;

/* False after a message: the store has whole units, and another run goes on. */
bool rs_survey_run(const rs_survey_job *job, rs_survey_result *result);

#endif
