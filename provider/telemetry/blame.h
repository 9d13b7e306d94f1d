/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a chain is to blame for: each violation of each policy, collected while the chain and the
 * lists are at hand, and counted once it is known what became of the chain.
 */
#ifndef RS_BLAME_H
#define RS_BLAME_H

#include "provider/telemetry/tally.h"

/* More different violations of one chain than that are counted as dropped. */
#define RS_BLAME_MAX 8

typedef struct rs_blamed {
    rs_tally *tally; /* that of the policy */
    rs_reported_violation violation;
} rs_blamed;

/* The items are set only as far as the count goes. */
typedef struct rs_blame {
    unsigned count;
    rs_blamed items[RS_BLAME_MAX + 1]; /* the last one is for comparing */
} rs_blame;

/*
 * Runs a check, that found violations, once more and adds each of them. The same suffix and reason
 * under the same root are one. What else there is to tell of a chain, `peer`, is the caller's to
 * know. `report` is that of the first run.
 */
void rs_blame_collect(rs_blame *blame, rs_tally *tally, const rs_chain_check *check,
                      const STACK_OF(X509) * chain, X509_VERIFY_PARAM *expected,
                      const rs_chain_report *report, rs_peer peer);

/* Counts the violations whose root's mode led to the outcome. */
void rs_blame_tell(rs_blame *blame, rs_telemetry_verdict outcome, rs_signatures signatures);

#endif
