/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/chain/verify_callback.h"

static bool overrides(const rs_openssl_table *openssl, X509_STORE_CTX *context, int depth,
                      int error)
{
    const STACK_OF(X509) *chain = openssl->X509_STORE_CTX_get0_chain(context);
    openssl->X509_STORE_CTX_set_error(context, error);
    openssl->X509_STORE_CTX_set_error_depth(context, depth);
    openssl->X509_STORE_CTX_set_current_cert(context, openssl->OPENSSL_sk_value(chain, depth));
    rs_verify_cb_fn callback = openssl->X509_STORE_CTX_get_verify_cb(context);
    return callback != NULL && callback(0, context) == 1;
}

bool rs_verify_callback_overrides(const rs_openssl_table *openssl, X509_STORE_CTX *context,
                                  const uint8_t error[RS_CHAIN_MAX])
{
    for (int depth = 0; depth < RS_CHAIN_MAX; depth++)
        if (error[depth] != X509_V_OK && !overrides(openssl, context, depth, error[depth]))
            return false;
    return true;
}
