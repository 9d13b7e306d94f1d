/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A set of hashes: filled, then sorted, then asked by any number of threads.
 */
#ifndef RS_SURVEY_HASHES_H
#define RS_SURVEY_HASHES_H

#include "command/survey/store/store.h"

/* All zero is an empty one. */
typedef struct rs_survey_hashes {
    uint8_t (*items)[RS_SHA256_SIZE];
    size_t count, capacity;
} rs_survey_hashes;

/* Exits if memory runs out. */
void rs_survey_hashes_add(rs_survey_hashes *hashes, const uint8_t hash[RS_SHA256_SIZE]);

/* Adds what is in the first column of a query, in ascending order. False: it failed. */
bool rs_survey_hashes_load(rs_survey_hashes *hashes, rs_survey_store *store, const char *query);

/* Needed after rs_survey_hashes_add, before rs_survey_hashes_have. */
void rs_survey_hashes_sort(rs_survey_hashes *hashes);
bool rs_survey_hashes_have(const rs_survey_hashes *hashes, const uint8_t hash[RS_SHA256_SIZE]);

void rs_survey_hashes_clear(rs_survey_hashes *hashes);

#endif
