/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guarded verification: what runs in the place of X509_STORE_CTX's verify function.
 */
#ifndef RS_GUARD_H
#define RS_GUARD_H

#include "provider/openssl_copy.h"

/*
 * Checks the chain that was built against every policy, reports violations to the application's
 * verify callback, and unless that refuses calls `original`, whose result it returns.
 *
 * Can only make a verification fail, never succeed. Returns 0 if a violation stands. Leaves the
 * error queue and errno as they were, but for what the callback and `original` do.
 */
int rs_guard_verify(const rs_openssl_copy *copy, rs_verify_fn original, X509_STORE_CTX *context);

/* Refuses, with the same error: where there is no verify function left to call. Returns 0. */
int rs_guard_deny(const rs_openssl_copy *copy, X509_STORE_CTX *context);

#endif
