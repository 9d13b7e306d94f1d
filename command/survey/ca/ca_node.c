/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/ca/ca_graph.h"

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

EVP_PKEY *rs_ca_key_of(rs_ca_node *node)
{
    if (!node->pkey_is_read) {
        const unsigned char *p = node->key.p;
        ERR_set_mark();
        node->pkey = d2i_PUBKEY(NULL, &p, (long)node->key.n);
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
