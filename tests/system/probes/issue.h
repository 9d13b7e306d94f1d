/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Issues the certificates and revocation lists that a scenario needs, on the spot.
 */
#ifndef PROBE_ISSUE_H
#define PROBE_ISSUE_H

#include "tests/system/probes/probe.h"

typedef struct request {
    const char *cn;        /* common name of the subject; NULL: the issuer's subject */
    const char *san;       /* as in openssl.cnf(5), "DNS:www.corp.example"; NULL: none */
    const char *key_usage; /* as in openssl.cnf(5); NULL: none */
    bool ca;
    bool expired;
    EVP_PKEY *key;        /* the subject's */
    X509 *issuer;         /* NULL: the root of the probe */
    EVP_PKEY *issuer_key; /* what signs: the issuer's, or another's for a forgery */
} request;

/* The certificate of a request; the caller frees it. Ends the probe on failure. */
X509 *issue(const probe *p, const request *wanted);

/* An end-entity certificate of the root for the probe's leaf key. */
X509 *issue_leaf(const probe *p, const char *cn, const char *san);

/* A CRL in the issuer's name, signed with a key, that revokes one serial number (or none). */
X509_CRL *issue_crl(X509 *issuer, EVP_PKEY *key, const X509 *revoked);

/* The same certificate, decoded anew in a library context. */
X509 *reissue_in(OSSL_LIB_CTX *context, X509 *certificate);

#endif
