/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/ca/ca_graph.h"
#include "lib/names/distinguished_name.h"

enum { CHAIN_MAX = 16 }; /* certificates of a chain that are looked at */

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

static void add_group(const rs_ca_pool *pool, uint32_t name, rs_bytes key_id, bool is_given,
                      rs_ca_answer *answer)
{
    uint32_t at = rs_ca_find_group(pool, name, key_id);
    const rs_ca_group *group = at == RS_CA_NONE ? NULL : &pool->groups.all[at];
    for (uint32_t i = 0; group != NULL && i < group->count; i++) {
        size_t before = answer->count;
        rs_ca_candidate *found = group->members[i].is_given == is_given
                                     ? candidate_of(answer, pool->nodes.all[group->members[i].node])
                                     : NULL;
        /* What others bring says nothing about a candidate that was there without it. */
        if (found != NULL && (is_given || answer->count > before))
            found->by_key_id |= key_id.n > 0;
    }
}

void rs_ca_add_candidates(const rs_ca_pool *pool, uint32_t name, rs_bytes key_id, bool is_given,
                          rs_ca_answer *answer)
{
    if (key_id.n > 0)
        add_group(pool, name, key_id, is_given, answer);
    add_group(pool, name, rs_bytes_make(NULL, 0), is_given, answer);
}

/* By what it says itself: other certificates of its CA may come later. */
static bool has_key_id(const rs_ca_pool *pool, const rs_ca_cert *cert, rs_bytes key_id)
{
    rs_survey_certificate parts;
    return key_id.n > 0 &&
           (rs_bytes_equal(rs_ca_derived_key_id(pool->nodes.all[cert->node]), key_id) ||
            (rs_survey_certificate_read(cert->der, false, &parts) &&
             rs_bytes_equal(parts.subject_key_id, key_id)));
}

/* Adds those of the chain, which come first. */
static void add_chain(const rs_ca_pool *pool, uint32_t name, const rs_ca_query *query,
                      rs_ca_answer *answer)
{
    size_t known = 0;
    for (size_t i = 0; i < query->chain_count && i < CHAIN_MAX; i++) {
        uint32_t at = rs_ca_find_cert(pool, query->chain[i]);
        if (at == RS_CA_NONE) {
            answer->chain_has_gaps = true;
            continue;
        }
        known += i < 2;
        const rs_ca_cert *cert = &pool->certs.all[at];
        const rs_ca_node *node = pool->nodes.all[cert->node];
        size_t before = answer->count;
        rs_ca_candidate *found = node->name == name ? candidate_of(answer, node) : NULL;
        if (found == NULL)
            continue;
        if (answer->count > before)
            found->behind_gap = answer->chain_has_gaps;
        found->in_chain = true;
        found->by_key_id |= has_key_id(pool, cert, query->key_id);
    }
    answer->chain_is_known = known > 0 && (known == 2 || query->chain_count == 1);
}

/* Adds the node of a key, which may stand behind many others of its name. */
static void add_key(const rs_ca_pool *pool, rs_bytes canonical, const uint8_t *key_hash,
                    bool is_given, rs_ca_answer *answer)
{
    uint8_t id[RS_SHA256_SIZE];
    rs_ca_identify(canonical, key_hash, id);
    uint32_t at = rs_ca_find_node(pool, id);
    if (at != RS_CA_NONE && pool->nodes.all[at]->is_given == is_given)
        candidate_of(answer, pool->nodes.all[at]);
}

/* Leaves those with the key that is asked for; there is one node with it. */
static void keep_key(rs_ca_answer *answer, const uint8_t *key_hash)
{
    size_t kept = 0, own = 0;
    for (size_t i = 0; i < answer->count; i++) {
        if (memcmp(answer->candidates[i].node->key_hash, key_hash, RS_SHA256_SIZE) != 0)
            continue;
        own += i < answer->own_count;
        answer->candidates[kept++] = answer->candidates[i];
    }
    answer->count = kept;
    answer->own_count = own;
}

static void add_all(const rs_ca_pool *pool, rs_bytes canonical, const rs_ca_query *query,
                    rs_ca_answer *answer)
{
    uint32_t name = rs_ca_find_name(pool, canonical);
    add_chain(pool, name, query, answer);
    for (int is_given = 1; is_given >= 0 && name != RS_CA_NONE; is_given--) {
        if (query->key_hash != NULL)
            add_key(pool, canonical, query->key_hash, is_given, answer);
        rs_ca_add_candidates(pool, name, query->key_id, is_given, answer);
        if (is_given)
            answer->own_count = answer->count;
    }
}

void rs_ca_pool_ask(rs_ca_pool *pool, const rs_ca_query *query, rs_ca_answer *answer)
{
    uint8_t room[RS_DISTINGUISHED_NAME_MAX];
    rs_bytes canonical = rs_ca_canonical_name(query->issuer, room);
    *answer = (rs_ca_answer){.count = 0};
    if (canonical.p == NULL)
        return;
    pthread_mutex_lock(&pool->lock);
    add_all(pool, canonical, query, answer);
    pthread_mutex_unlock(&pool->lock);
    answer->name_is_known = answer->count > 0;
    if (query->key_hash != NULL)
        keep_key(answer, query->key_hash);
}
