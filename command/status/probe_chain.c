/* SPDX-License-Identifier: Apache-2.0 */
#include "command/status/probe_chain.h"

#include <openssl/x509_vfy.h>

/* The callback has no argument of its own; one verification at a time. */
static rs_probe_errors *collected;

static int collect(int ok, X509_STORE_CTX *context)
{
    int code = X509_STORE_CTX_get_error(context);
    for (size_t i = 0; !ok && i < collected->count; i++)
        ok |= collected->codes[i] == code;
    if (!ok && collected->count < RS_PROBE_ERRORS_MAX)
        collected->codes[collected->count++] = code;
    return 1;
}

rs_probe_errors rs_probe_chain(X509 *leaf, X509 *anchor)
{
    rs_probe_errors errors = {0};
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    if (store != NULL && context != NULL && X509_STORE_add_cert(store, anchor) == 1 &&
        X509_STORE_set_flags(store, X509_V_FLAG_NO_CHECK_TIME) == 1 &&
        X509_STORE_CTX_init(context, store, leaf, NULL) == 1) {
        collected = &errors;
        X509_STORE_CTX_set_verify_cb(context, collect);
        errors.ran = X509_verify_cert(context) >= 0;
    }
    X509_STORE_CTX_free(context);
    X509_STORE_free(store);
    return errors;
}

bool rs_probe_is_refusal(const rs_probe_errors *errors)
{
    for (size_t i = 0; i < errors->count; i++)
        if (errors->codes[i] == X509_V_ERR_PERMITTED_VIOLATION ||
            errors->codes[i] == X509_V_ERR_EXCLUDED_VIOLATION ||
            errors->codes[i] == X509_V_ERR_UNSUPPORTED_NAME_SYNTAX)
            return true;
    return false;
}
