/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/system/probes/own_openssl.h"

#include <openssl/crypto.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

int own_openssl_start(void)
{
    return OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG, NULL);
}

int own_openssl_verify(const unsigned char *root, long root_size, const unsigned char *leaf,
                       long leaf_size)
{
    int result = -1;
    X509 *anchor = d2i_X509(NULL, &root, root_size), *target = d2i_X509(NULL, &leaf, leaf_size);
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *ctx = X509_STORE_CTX_new();
    if (anchor != NULL && target != NULL && ctx != NULL && store != NULL &&
        X509_STORE_add_cert(store, anchor) == 1 &&
        X509_STORE_CTX_init(ctx, store, target, NULL) == 1)
        result = X509_verify_cert(ctx);
    X509_STORE_CTX_free(ctx);
    X509_STORE_free(store);
    X509_free(target);
    X509_free(anchor);
    return result;
}
