/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chains of certificates made in memory: a root, an intermediate that may have name constraints,
 * perhaps a CA below it, and a leaf. All chains share a few keys.
 */
#ifndef MADE_CHAIN_H
#define MADE_CHAIN_H

#include "tests/property/trial.h"

/* What a chain is made from. */
typedef struct chain_plan {
    const trial *leaf;
    const trial *below;       /* the CA below the intermediate; NULL: none */
    bool self_issued;         /* that CA is the intermediate with another key: names do not count */
    NAME_CONSTRAINTS *limits; /* NULL: no extension */
} chain_plan;

typedef struct made_chain {
    X509 *leaf, *below, *intermediate;
} made_chain;

/* Makes the keys and the root. */
void chains_begin(void);
void chains_end(void);

/* The SHA-256 by which a list names the intermediate's key. */
void chains_intermediate_key(uint8_t sha256[RS_SHA256_SIZE]);

void chain_make(made_chain *made, const chain_plan *plan);
void chain_clear(made_chain *made);

/*
 * Whether OpenSSL accepts a chain, and if `verified` is not NULL, what it verified, leaf first; to
 * be freed with sk_X509_pop_free.
 */
bool chain_verify(const made_chain *made, STACK_OF(X509) * *verified);

#endif
