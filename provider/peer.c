/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/peer.h"

#include <openssl/x509v3.h>

static int purpose_of(const rs_openssl_copy *copy, const X509_VERIFY_PARAM *param)
{
    return copy->X509_VERIFY_PARAM_get_purpose == NULL ? 0
                                                       : copy->X509_VERIFY_PARAM_get_purpose(param);
}

rs_peer rs_peer_of(const rs_openssl_copy *copy, const X509_STORE_CTX *context)
{
    X509_VERIFY_PARAM *param = copy->X509_STORE_CTX_get0_param(context);
    if (param == NULL)
        return RS_PEER_UNKNOWN;
    /* From OpenSSL 4 on it gives something else (lib/chain/chain.c). */
    if (copy->table.OPENSSL_version_major() < 4 &&
        copy->table.X509_VERIFY_PARAM_get0_host(param, 0) != NULL)
        return RS_PEER_SERVER;
    int purpose = purpose_of(copy, param);
    return purpose == X509_PURPOSE_SSL_CLIENT   ? RS_PEER_CLIENT
           : purpose == X509_PURPOSE_SSL_SERVER ? RS_PEER_SERVER
                                                : RS_PEER_UNKNOWN;
}

/* More numbers of ex_data than programs, and libssl for itself, have pointers under. */
enum { EX_DATA_MAX = 16 };

static bool has_ex_data(const rs_openssl_copy *copy, const X509_STORE_CTX *context)
{
    for (int i = 0; i < EX_DATA_MAX; i++)
        if (copy->X509_STORE_CTX_get_ex_data(context, i) != NULL)
            return true;
    return false;
}

static bool has_expectation(const rs_openssl_copy *copy, X509_VERIFY_PARAM *param)
{
    const rs_openssl_table *ssl = &copy->table;
    if (purpose_of(copy, param) != 0 || ssl->X509_VERIFY_PARAM_get0_host(param, 0) != NULL ||
        ssl->X509_VERIFY_PARAM_get0_email(param) != NULL)
        return true;
    char *address = ssl->X509_VERIFY_PARAM_get1_ip_asc(param);
    if (address != NULL)
        ssl->CRYPTO_free(address, __FILE__, __LINE__);
    return address != NULL;
}

/* OpenSSL's own callback has no name; a context without a store has it. */
static bool has_callback(const rs_openssl_copy *copy, const X509_STORE_CTX *context)
{
    X509_STORE_CTX *bare = copy->X509_STORE_CTX_new();
    bool differs = bare == NULL || copy->X509_STORE_CTX_init(bare, NULL, NULL, NULL) != 1 ||
                   copy->table.X509_STORE_CTX_get_verify_cb(bare) !=
                       copy->table.X509_STORE_CTX_get_verify_cb(context);
    copy->X509_STORE_CTX_free(bare);
    return differs;
}

bool rs_peer_is_meant(const rs_openssl_copy *copy, const X509_STORE_CTX *context)
{
    X509_VERIFY_PARAM *param = copy->X509_STORE_CTX_get0_param(context);
    return copy->table.OPENSSL_sk_num(copy->X509_STORE_CTX_get0_untrusted(context)) > 0 ||
           has_ex_data(copy, context) || (param != NULL && has_expectation(copy, param)) ||
           has_callback(copy, context);
}
