/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which of a store's issuers reach which roots.
 */
#ifndef RS_SURVEY_RESOLVE_H
#define RS_SURVEY_RESOLVE_H

#include "command/survey/ca/ca_pool.h"
#include "command/survey/store/store.h"

/* Adds the CA certificates that a store keeps to a pool. False after a message. */
bool rs_survey_resolve_load(rs_survey_store *store, rs_ca_pool *pool);

/*
 * Makes the store tell anew which issuers reach which roots, by what the pool has, and
 * the store, which other processes may add to. To be called after a run, before the store is asked.
 * All or nothing. False after a message.
 */
bool rs_survey_resolve(rs_survey_store *store, rs_ca_pool *pool);

#endif
