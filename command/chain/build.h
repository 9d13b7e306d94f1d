/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A chain, completed as OpenSSL completes it, and the errors that OpenSSL itself reports for it.
 */
#ifndef RS_CHAIN_BUILD_H
#define RS_CHAIN_BUILD_H

#include "lib/chain/store_issuers.h"

#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <stdbool.h>

#define RS_OBJECTIONS_MAX 16

/* An error that X509_verify_cert reported; it was overridden so that the chain can be judged. */
typedef struct rs_objection {
    int depth;
    int error;
} rs_objection;

typedef struct rs_built_chain {
    X509_STORE *store;
    X509_STORE_CTX *ctx;
    STACK_OF(X509) * chain;      /* leaf first */
    rs_store_issuers above;      /* what the trust store has above its last certificate */
    X509_VERIFY_PARAM *expected; /* the reference identities; of ctx */
    bool complete;               /* it ends in a self-signed certificate or a trusted one */
    bool trusted;                /* and that is in the trust store */
    rs_objection objections[RS_OBJECTIONS_MAX];
    int objection_count;
} rs_built_chain;

typedef struct rs_chain_sources {
    STACK_OF(X509) * certificates; /* the leaf first, the others in any order */
    const char *ca_file, *ca_path; /* both NULL: the system's trust store */
    const char *host;              /* a name or an address; NULL: none */
} rs_chain_sources;

/*
 * Builds the chain of the first certificate. Validity times are ignored, so that an expired chain
 * can be explained. False, with the reason on standard error, if there is no chain. Clear it
 * whatever happened; `sources` must stay until then.
 */
bool rs_chain_build(const rs_chain_sources *sources, rs_built_chain *built);

void rs_chain_build_clear(rs_built_chain *built);

/* "has expired", "is not yet valid" and the like; NULL if its dates are in order. */
const char *rs_chain_build_validity(const X509 *certificate);

#endif
