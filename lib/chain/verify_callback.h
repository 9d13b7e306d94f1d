/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How an application hears of a violation: through its verify callback, as of any other error
 * that X509_verify_cert finds (X509_STORE_CTX_set_verify_cb(3)).
 */
#ifndef RS_VERIFY_CALLBACK_H
#define RS_VERIFY_CALLBACK_H

#include "lib/chain/chain.h"

/*
 * Calls the callback with ok = 0 for each depth that has an error, the lowest first, with error,
 * depth and current certificate set.
 *
 * Returns true if it answers 1 each time: the application overrides. Returns false at the first
 * other answer, or if there is no callback; the context then tells of that violation.
 */
bool rs_verify_callback_overrides(const rs_openssl_table *openssl, X509_STORE_CTX *context,
                                  const uint8_t error[RS_CHAIN_MAX]);

#endif
