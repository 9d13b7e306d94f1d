/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/ca/ca_pool.h"

#include "command/survey/ca/ca_graph.h"
#include "lib/names/distinguished_name.h"

#include <stdlib.h>
#include <sys/random.h>

enum { OVERHEAD = 1536 }; /* bytes that a certificate takes beside its DER, at most */

rs_ca_pool *rs_ca_pool_new(void)
{
    rs_ca_pool *pool = calloc(1, sizeof *pool);
    if (pool == NULL)
        return NULL;
    pthread_mutex_init(&pool->lock, NULL);
    /* Without it the hashes can be foreseen, which costs time and nothing else. */
    if (getrandom(&pool->seed, sizeof pool->seed, GRND_NONBLOCK) < 0)
        pool->seed = 0;
    if (rs_signature_checker_init(&pool->checker))
        return pool;
    rs_ca_pool_free(pool);
    return NULL;
}

void rs_ca_pool_free(rs_ca_pool *pool)
{
    if (pool == NULL)
        return;
    for (size_t i = 0; i < pool->certs.count; i++)
        free((void *)(uintptr_t)pool->certs.all[i].der.p);
    for (size_t i = 0; i < pool->nodes.count; i++) {
        EVP_PKEY_free(pool->nodes.all[i]->pkey);
        free(pool->nodes.all[i]->parents.all);
    }
    free(pool->certs.all);
    free(pool->nodes.all);
    free(pool->names.all);
    free(pool->groups.all);
    free(pool->roots.all);
    free(pool->sets.all);
    rs_hash_index_clear(&pool->certs.index);
    rs_hash_index_clear(&pool->nodes.index);
    rs_hash_index_clear(&pool->names.index);
    rs_hash_index_clear(&pool->groups.index);
    rs_hash_index_clear(&pool->sets.index);
    rs_arena_clear(&pool->arena);
    rs_signature_checker_clear(&pool->checker);
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}

rs_ca_pool_size rs_ca_pool_count(rs_ca_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    rs_ca_pool_size size = {.certificates = pool->certs.count,
                            .nodes = pool->nodes.count,
                            .roots = pool->roots.count,
                            .signatures = pool->signatures,
                            .left_out = pool->left_out};
    pthread_mutex_unlock(&pool->lock);
    return size;
}

uint64_t rs_ca_pool_generation(const rs_ca_pool *pool)
{
    return atomic_load_explicit(&pool->generation, memory_order_acquire);
}

static rs_ca_node *new_node(rs_ca_pool *pool, const rs_survey_certificate *parts, uint32_t name,
                            const uint8_t *id)
{
    rs_ca_node *node = rs_arena_take(&pool->arena, sizeof *node);
    if (node == NULL)
        return NULL;
    *node = (rs_ca_node){
        .subject = rs_arena_copy(&pool->arena, parts->subject),
        .key = rs_arena_copy(&pool->arena, parts->key),
        .index = (uint32_t)pool->nodes.count,
        .name = name,
        .first_cert = RS_CA_NONE,
        .last_cert = RS_CA_NONE,
        .rank = RS_CA_NONE,
    };
    memcpy(node->id, id, sizeof node->id);
    return node->subject.p != NULL && node->key.p != NULL ? node : NULL;
}

static bool enter_node(rs_ca_pool *pool, rs_ca_node *node)
{
    if (!RS_CA_GROW(&pool->nodes))
        return false;
    pool->nodes.all[node->index] = node;
    return rs_ca_enter(&pool->nodes.index, rs_ca_hash_of_sha256(node->id), &pool->nodes.count);
}

/* The node of a certificate, which is made if it is new; NULL: no memory. */
static rs_ca_node *need_node(rs_ca_pool *pool, const rs_survey_certificate *parts,
                             rs_bytes canonical)
{
    uint8_t key_hash[RS_SHA256_SIZE], id[RS_SHA256_SIZE];
    rs_sha256_digest(parts->key, key_hash);
    rs_ca_identify(canonical, key_hash, id);
    uint32_t at = rs_ca_find_node(pool, id);
    if (at != RS_CA_NONE)
        return pool->nodes.all[at];
    uint32_t name = rs_ca_need_name(pool, canonical);
    rs_ca_node *node = name == RS_CA_NONE ? NULL : new_node(pool, parts, name, id);
    if (node == NULL || !enter_node(pool, node))
        return NULL;
    memcpy(node->key_hash, key_hash, sizeof node->key_hash);
    rs_ca_derive_key_id(node);
    return node;
}

static bool add_cert(rs_ca_pool *pool, rs_ca_node *node, uint32_t issuer, rs_bytes der,
                     const uint8_t *fingerprint)
{
    uint8_t *copy = malloc(der.n);
    if (copy == NULL || !RS_CA_GROW(&pool->certs)) {
        free(copy);
        return false;
    }
    memcpy(copy, der.p, der.n);
    uint32_t added = (uint32_t)pool->certs.count;
    rs_ca_cert *cert = &pool->certs.all[added];
    *cert = (rs_ca_cert){.node = node->index,
                         .issuer = issuer,
                         .next_of_node = RS_CA_NONE,
                         .der = rs_bytes_make(copy, der.n)};
    memcpy(cert->fingerprint, fingerprint, sizeof cert->fingerprint);
    if (!rs_ca_enter(&pool->certs.index, rs_ca_hash_of_sha256(fingerprint), &pool->certs.count)) {
        free(copy);
        return false;
    }
    if (node->last_cert == RS_CA_NONE)
        node->first_cert = added;
    else
        pool->certs.all[node->last_cert].next_of_node = added;
    node->last_cert = added;
    return true;
}

static bool make_root(rs_ca_pool *pool, rs_ca_node *node)
{
    if (node->rank != RS_CA_NONE)
        return true;
    if (!RS_CA_GROW(&pool->roots))
        return false;
    node->rank = (uint32_t)pool->roots.count;
    pool->roots.all[pool->roots.count++] = node;
    return true;
}

static rs_ca_added add_new(rs_ca_pool *pool, rs_bytes der, const uint8_t *fingerprint,
                           rs_ca_source source)
{
    rs_survey_certificate parts;
    uint8_t room[RS_DISTINGUISHED_NAME_MAX];
    if (der.n > RS_CA_CERTIFICATE_MAX)
        return RS_CA_FULL;
    if (!rs_survey_certificate_read(der, false, &parts))
        return RS_CA_UNPARSABLE;
    if (!parts.is_ca && source != RS_CA_ROOT)
        return RS_CA_NOT_CA;
    if (source == RS_CA_STRANGER && pool->strangers + der.n + OVERHEAD > RS_CA_STRANGERS_MAX) {
        pool->left_out++;
        return RS_CA_FULL;
    }
    rs_bytes subject = rs_ca_canonical_name(parts.subject, room);
    if (subject.p == NULL)
        return RS_CA_UNPARSABLE;
    rs_ca_node *node = need_node(pool, &parts, subject);
    rs_bytes issuer = rs_ca_canonical_name(parts.issuer, room);
    if (issuer.p == NULL)
        return RS_CA_UNPARSABLE;
    uint32_t issuer_name = rs_ca_need_name(pool, issuer);
    if (node == NULL || issuer_name == RS_CA_NONE ||
        !rs_ca_join_groups(pool, node, parts.subject_key_id, source != RS_CA_STRANGER) ||
        (source == RS_CA_ROOT && !make_root(pool, node)) ||
        !add_cert(pool, node, issuer_name, der, fingerprint))
        return RS_CA_NO_MEMORY;
    if (source == RS_CA_STRANGER)
        pool->strangers += der.n + OVERHEAD;
    else
        node->is_given = true;
    return RS_CA_ADDED;
}

/* A certificate that is there may now be known to be more than a stranger's. */
static rs_ca_added add_again(rs_ca_pool *pool, uint32_t known, rs_ca_source source)
{
    const rs_ca_cert *cert = &pool->certs.all[known];
    rs_ca_node *node = pool->nodes.all[cert->node];
    rs_survey_certificate parts;
    if (source == RS_CA_STRANGER)
        return RS_CA_KNOWN;
    node->is_given = true;
    return rs_survey_certificate_read(cert->der, false, &parts) &&
                   rs_ca_join_groups(pool, node, parts.subject_key_id, true) &&
                   (source != RS_CA_ROOT || make_root(pool, node))
               ? RS_CA_KNOWN
               : RS_CA_NO_MEMORY;
}

rs_ca_added rs_ca_pool_add(rs_ca_pool *pool, rs_bytes der, rs_ca_source source)
{
    uint8_t fingerprint[RS_SHA256_SIZE];
    rs_sha256_digest(der, fingerprint);
    pthread_mutex_lock(&pool->lock);
    uint32_t known = rs_ca_find_cert(pool, fingerprint);
    rs_ca_added added = known == RS_CA_NONE ? add_new(pool, der, fingerprint, source)
                                            : add_again(pool, known, source);
    if (added == RS_CA_ADDED || source != RS_CA_STRANGER)
        atomic_fetch_add_explicit(&pool->generation, 1, memory_order_release);
    pthread_mutex_unlock(&pool->lock);
    return added;
}
