/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/ca/ca_graph.h"
#include "lib/names/distinguished_name.h"

enum {
    CHAIN_MAX = 16,   /* certificates of a chain that are looked at */
    STEPS_MAX = 4096, /* nodes of one name that are looked at; what the user gives comes first */
};

const rs_ca_node *rs_ca_pool_find(rs_ca_pool *pool, const uint8_t id[RS_SHA256_SIZE])
{
    pthread_mutex_lock(&pool->lock);
    uint32_t at = rs_ca_find_node(pool, id);
    const rs_ca_node *node = at == RS_CA_NONE ? NULL : pool->nodes.all[at];
    pthread_mutex_unlock(&pool->lock);
    return node;
}

const rs_ca_node *rs_ca_pool_find_certificate(rs_ca_pool *pool,
                                              const uint8_t fingerprint[RS_SHA256_SIZE])
{
    pthread_mutex_lock(&pool->lock);
    uint32_t at = rs_ca_find_cert(pool, fingerprint);
    const rs_ca_node *node = at == RS_CA_NONE ? NULL : pool->nodes.all[pool->certs.all[at].node];
    pthread_mutex_unlock(&pool->lock);
    return node;
}

bool rs_ca_pool_get0_certificate(rs_ca_pool *pool, size_t number, rs_bytes *der, bool *is_root)
{
    pthread_mutex_lock(&pool->lock);
    bool is_there = number < pool->certs.count;
    if (is_there) {
        *der = pool->certs.all[number].der;
        *is_root = pool->nodes.all[pool->certs.all[number].node]->rank != RS_CA_NONE;
    }
    pthread_mutex_unlock(&pool->lock);
    return is_there;
}

/* The candidate that is this node, which is added if it is new; NULL: there are enough. */
static rs_ca_candidate *candidate_of(rs_ca_answer *answer, const rs_ca_node *node)
{
    for (size_t i = 0; i < answer->count; i++)
        if (answer->candidates[i].node == node)
            return &answer->candidates[i];
    if (answer->count == RS_CA_TRIES_MAX)
        return NULL;
    rs_ca_candidate *added = &answer->candidates[answer->count++];
    *added = (rs_ca_candidate){.node = node};
    return added;
}

void rs_ca_add_candidates(const rs_ca_pool *pool, uint32_t name, rs_bytes key_id, bool only_given,
                          rs_ca_answer *answer)
{
    size_t steps = 0;
    uint32_t at = key_id.n == 0 ? RS_CA_NONE : rs_ca_find_key_id(pool, name, key_id);
    for (; at != RS_CA_NONE && steps < STEPS_MAX; at = pool->key_ids.all[at].next, steps++) {
        const rs_ca_node *node = pool->nodes.all[pool->key_ids.all[at].node];
        rs_ca_candidate *found = node->is_given || !only_given ? candidate_of(answer, node) : NULL;
        if (found != NULL)
            found->by_key_id = true;
    }
    at = pool->names.all[name].first;
    for (; at != RS_CA_NONE && steps < STEPS_MAX; at = pool->nodes.all[at]->next_of_name, steps++)
        if (pool->nodes.all[at]->is_given || !only_given)
            candidate_of(answer, pool->nodes.all[at]);
}

static bool has_key_id(const rs_ca_pool *pool, const rs_ca_node *node, rs_bytes key_id)
{
    for (uint32_t i = 0; i < node->key_id_count; i++)
        if (rs_bytes_equal(pool->key_ids.all[node->key_ids[i]].id, key_id))
            return true;
    return false;
}

/* Adds those of the chain, which come first where they have the key identifier. */
static void add_chain(const rs_ca_pool *pool, uint32_t name, const rs_ca_query *query,
                      rs_ca_answer *answer)
{
    for (size_t i = 0; i < query->chain_count && i < CHAIN_MAX; i++) {
        uint32_t cert = rs_ca_find_cert(pool, query->chain[i]);
        if (cert == RS_CA_NONE)
            continue;
        answer->chain_is_known |= i < 2;
        const rs_ca_node *node = pool->nodes.all[pool->certs.all[cert].node];
        rs_ca_candidate *found = node->name == name ? candidate_of(answer, node) : NULL;
        if (found == NULL)
            continue;
        found->in_chain = true;
        found->by_key_id = query->key_id.n > 0 && has_key_id(pool, node, query->key_id);
    }
}

/* Leaves those with the key that is asked for; there is one node with it. */
static void keep_key(rs_ca_answer *answer, const uint8_t *key_hash)
{
    size_t kept = 0;
    for (size_t i = 0; i < answer->count; i++)
        if (memcmp(answer->candidates[i].node->key_hash, key_hash, RS_SHA256_SIZE) == 0)
            answer->candidates[kept++] = answer->candidates[i];
    answer->count = kept;
}

/* Adds the node of a key, which may stand behind many others of its name. */
static void add_key(const rs_ca_pool *pool, rs_bytes canonical, const rs_ca_query *query,
                    rs_ca_answer *answer)
{
    uint8_t id[RS_SHA256_SIZE];
    rs_ca_identify(canonical, query->key_hash, id);
    uint32_t at = rs_ca_find_node(pool, id);
    if (at == RS_CA_NONE || !pool->nodes.all[at]->is_given)
        return;
    rs_ca_candidate *found = candidate_of(answer, pool->nodes.all[at]);
    if (found != NULL)
        found->by_key_id =
            query->key_id.n > 0 && has_key_id(pool, pool->nodes.all[at], query->key_id);
}

void rs_ca_pool_ask(rs_ca_pool *pool, const rs_ca_query *query, rs_ca_answer *answer)
{
    uint8_t room[RS_DISTINGUISHED_NAME_MAX];
    rs_bytes canonical = rs_ca_canonical_name(query->issuer, room);
    *answer = (rs_ca_answer){.count = 0};
    if (canonical.p == NULL)
        return;
    pthread_mutex_lock(&pool->lock);
    uint32_t name = rs_ca_find_name(pool, canonical);
    add_chain(pool, name, query, answer);
    if (name != RS_CA_NONE && query->key_hash != NULL)
        add_key(pool, canonical, query, answer);
    if (name != RS_CA_NONE)
        rs_ca_add_candidates(pool, name, query->key_id, true, answer);
    pthread_mutex_unlock(&pool->lock);
    answer->name_is_known = answer->count > 0;
    if (query->key_hash != NULL)
        keep_key(answer, query->key_hash);
}
