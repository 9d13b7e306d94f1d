/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hook: how the guard gets into every X509_STORE_CTX of a copy of OpenSSL.
 *
 * libcrypto calls the new_func of every index that is registered for the ex_data of
 * X509_STORE_CTX at the end of X509_STORE_CTX_init, after it copied the callbacks of the store.
 * Ours puts a trampoline in the place of the verify function. Nothing is kept in ex_data itself.
 */
#ifndef RS_HOOK_H
#define RS_HOOK_H

#include "provider/openssl_copy.h"

#include <stdbool.h>

/*
 * Makes sure that the hook is in force under each default library context that matters: the one
 * of the calling thread, the process's, and `libctx` (NULL: none). May be called at any time and
 * any number of times. False if OpenSSL would not register it, for want of memory.
 */
bool rs_hook_install(const rs_openssl_copy *copy, OSSL_LIB_CTX *libctx);

#endif
