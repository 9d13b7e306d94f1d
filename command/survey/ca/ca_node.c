/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/ca/ca_graph.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/x509.h>

const uint8_t *rs_ca_node_id(const rs_ca_node *node)
{
    return node->id;
}

rs_bytes rs_ca_node_subject(const rs_ca_node *node)
{
    return node->subject;
}

const uint8_t *rs_ca_node_key_hash(const rs_ca_node *node)
{
    return node->key_hash;
}

static bool has_long_exponent(const EVP_PKEY *key)
{
    enum { EXPONENT_MAX = 32 }; /* bits */
    BIGNUM *exponent = NULL;
    bool is_long = EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &exponent) != 1 ||
                   BN_num_bits(exponent) > EXPONENT_MAX;
    BN_free(exponent);
    return is_long;
}

/*
 * Whether a signature takes several milliseconds, as no CA's does that any root programme knows. A
 * stranger who brings 16 such keys of one name would make each leaf take them all.
 */
static bool is_slow(const EVP_PKEY *key)
{
    enum { RSA_MAX = 8192, EC_MAX = 521 };
    int bits = EVP_PKEY_get_bits(key);
    if (EVP_PKEY_is_a(key, "RSA") || EVP_PKEY_is_a(key, "RSA-PSS"))
        return bits > RSA_MAX || has_long_exponent(key);
    return EVP_PKEY_is_a(key, "DSA") || (EVP_PKEY_is_a(key, "EC") && bits > EC_MAX);
}

EVP_PKEY *rs_ca_key_of(rs_ca_node *node)
{
    if (!node->pkey_is_read) {
        const unsigned char *p = node->key.p;
        ERR_set_mark();
        node->pkey = d2i_PUBKEY(NULL, &p, (long)node->key.n);
        if (node->pkey != NULL && !node->is_given && is_slow(node->pkey)) {
            EVP_PKEY_free(node->pkey);
            node->pkey = NULL;
        }
        ERR_pop_to_mark();
        node->pkey_is_read = true;
    }
    return node->pkey;
}

EVP_PKEY *rs_ca_pool_key(rs_ca_pool *pool, const rs_ca_node *node)
{
    pthread_mutex_lock(&pool->lock);
    EVP_PKEY *key = rs_ca_key_of(pool->nodes.all[node->index]);
    pthread_mutex_unlock(&pool->lock);
    return key;
}
