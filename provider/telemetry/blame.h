/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a chain is to blame for: each violation of a policy's list, told once it is known what
 * became of the chain.
 */
#ifndef RS_BLAME_H
#define RS_BLAME_H

#include "provider/telemetry/tally.h"

/* More different violations of one chain than that are counted as dropped. */
#define RS_BLAME_MAX 8

/* What there is to tell of a chain besides its violations. */
typedef struct rs_blame {
    rs_peer peer;
    rs_telemetry_verdict verdict;
    rs_signatures signatures;
} rs_blame;

/*
 * Runs a check that found violations once more, and counts each of them whose root's mode led to
 * the verdict. The same suffix and reason under the same root are one.
 *
 * What is found is kept in memory from malloc meanwhile, since programs verify on small stacks.
 * Without memory, or if nothing is found any more because a newer list came in, one is counted as
 * dropped.
 */
void rs_blame_tell(const rs_blame *blame, rs_tally *tally, const rs_chain_check *check,
                   const STACK_OF(X509) * chain, X509_VERIFY_PARAM *expected);

#endif
