/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The certificates of a trust store above the top of a chain.
 *
 * With X509_V_FLAG_PARTIAL_CHAIN, or an entry of the store that says what it is trusted for, a
 * chain ends at the first certificate that is in the store. A listed root above it then stands in
 * the store, not in the chain.
 */
#ifndef RS_STORE_ISSUERS_H
#define RS_STORE_ISSUERS_H

#include "lib/chain/openssl_table.h"

#include <stdbool.h>

#define RS_STORE_ISSUERS_MAX    16 /* certificates above a top */
#define RS_STORE_CANDIDATES_MAX 32 /* certificates whose signatures are tried for that */

typedef struct rs_store_issuers {
    unsigned count;
    bool incomplete;                   /* there may be more: the store could not be asked, or has
                                          more than the bounds above */
    X509 *items[RS_STORE_ISSUERS_MAX]; /* so many of them are set; a reference each */
} rs_store_issuers;

/*
 * Finds every certificate of the context's trust store that issued the top of its chain, every
 * one that issued one of these, and so on. None, and no work, if the top is self-signed.
 *
 * An issuer has the name that the certificate gives as its issuer's, and its key verifies the
 * signature. Nothing else of the two matters: a root that was issued again may have another key
 * identifier. One that has the name, and whose key cannot be tried, counts as an issuer too.
 * Certificates that only the peer sent are not looked at.
 *
 * The context must have a chain. Calls the context's own functions for looking into its store,
 * which may be the application's, so the caller must hold nothing then.
 * Signatures that hold are remembered for the life of the process, up to a bound. Thread-safe.
 * Clear what was found, also if it is incomplete.
 */
void rs_store_issuers_find(const rs_openssl_table *ssl, X509_STORE_CTX *context,
                           rs_store_issuers *found);

/* Gives the references back; nothing is found then. */

void rs_store_issuers_clear(const rs_openssl_table *ssl, rs_store_issuers *found);

#endif
