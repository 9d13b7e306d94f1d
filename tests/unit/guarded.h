/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A verification with the guard in the place of OpenSSL's verify function, under policies and
 * with a log that the test makes up.
 */
#ifndef RS_GUARDED_H
#define RS_GUARDED_H

#include "provider/guard.h"

#include "lib/chain/trust_anchor.h"
#include "tests/unit/made_chain.h"
#include "tests/unit/policy_double.h"
#include "tests/unit/syslog_double.h"

/* What OpenSSL would do, and what came of it. */
static rs_verify_fn plain;
static unsigned original_calls;
static int original_result; /* not 0: instead of OpenSSL's own */

static int original(X509_STORE_CTX *context)
{
    original_calls++;
    CU_ASSERT(policies_unread());
    return original_result != 0 ? original_result : plain(context);
}

static rs_openssl_copy copy;

static int guarded_result; /* of the last call */

static int guarded(X509_STORE_CTX *context)
{
    guarded_result = rs_guard_verify(&copy, original, context);
    return guarded_result;
}

/* What the application's callback was told, and how often it overrides. */
static struct {
    unsigned overrides;
    int answer;       /* once it does not override any more */
    unsigned refused; /* calls with ok = 0 */
    int error[8], depth[8];
    bool has_certificate;
} told;

static int callback(int ok, X509_STORE_CTX *context)
{
    CU_ASSERT(policies_unread());
    if (ok)
        return 1;
    unsigned i = told.refused++ % 8;
    told.error[i] = X509_STORE_CTX_get_error(context);
    told.depth[i] = X509_STORE_CTX_get_error_depth(context);
    told.has_certificate = X509_STORE_CTX_get_current_cert(context) ==
                           sk_X509_value(X509_STORE_CTX_get0_chain(context), told.depth[i]);
    if (told.overrides == 0)
        return told.answer;
    told.overrides--;
    return 1;
}

static inline void start(void)
{
    policies_clear();
    log_reset();
    copy = *linked_copy();
    if (plain == NULL) {
        X509_STORE_CTX *context = X509_STORE_CTX_new();
        CU_ASSERT_FATAL(context != NULL && X509_STORE_CTX_init(context, NULL, NULL, NULL));
        plain = X509_STORE_CTX_get_verify(context);
        X509_STORE_CTX_free(context);
    }
    original_calls = 0;
    original_result = 0;
    memset(&told, 0, sizeof told);
}

static int last_error; /* of the context, after the last verification */

static inline int verify(const made_chain *chain)
{
    X509_STORE_CTX *context = made_context(chain);
    X509_STORE_CTX_set_verify(context, guarded);
    X509_STORE_CTX_set_verify_cb(context, callback);
    int result = X509_verify_cert(context);
    last_error = X509_STORE_CTX_get_error(context);
    X509_STORE_CTX_free(context);
    CU_ASSERT(policies_unread());
    return result;
}

/* A list with one stanza for the chain's root, of these lines. */
static inline const char *list_for(const made_chain *chain, const char *lines)
{
    static char text[1000];
    uint8_t sha256[RS_SHA256_SIZE];
    char hex[2 * RS_SHA256_SIZE + 1];
    CU_ASSERT(rs_trust_anchor_hash(&copy.table, chain->root.certificate, RS_ROOT_SPKI, sha256));
    for (size_t i = 0; i < RS_SHA256_SIZE; i++)
        snprintf(hex + 2 * i, 3, "%02x", sha256[i]);
    snprintf(text, sizeof text, "root spki-sha256:%s \"Root\"\n%s", hex, lines);
    return text;
}

/* The last test of a suite: frees what those before it left. */
static inline void end(void)
{
    start();
    CU_ASSERT(policy_count == 0);
}

#endif
