/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The CA certificates that inputs bring: each goes into the pool, and, once it is new there, into
 * the store, in the same transaction as the unit that brought it or an earlier one.
 */
#ifndef RS_SURVEY_NEW_CA_H
#define RS_SURVEY_NEW_CA_H

#include "command/survey/ca/ca_pool.h"
#include "command/survey/store/store.h"

/* Thread-safe. */
typedef struct rs_new_ca rs_new_ca;

/* Both exit if memory runs out. */
rs_new_ca *rs_new_ca_new(void);
void rs_new_ca_free(rs_new_ca *new_ca);

/* Adds a certificate in DER to the pool. False: no memory. */
bool rs_new_ca_offer(rs_new_ca *new_ca, rs_ca_pool *pool, rs_bytes certificate);

/* Writes those that are new since the last time: an rs_survey_writer_prepare. */
bool rs_new_ca_write(void *new_ca, rs_survey_store *store);

#endif
