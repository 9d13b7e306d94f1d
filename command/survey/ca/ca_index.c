/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/ca/ca_graph.h"
#include "lib/base/hash.h"
#include "lib/names/der.h"
#include "lib/names/distinguished_name.h"

#include <stdlib.h>

enum { SHA1_SIZE = 20 };

bool rs_ca_array_grow(void **all, size_t *capacity, size_t count, size_t size)
{
    if (count < *capacity)
        return true;
    size_t more = *capacity == 0 ? 64 : 2 * *capacity;
    void *grown = more >= RS_CA_NONE ? NULL : realloc(*all, more * size);
    if (grown == NULL)
        return false;
    *all = grown;
    *capacity = more;
    return true;
}

static uint32_t hash_of(const rs_ca_pool *pool, rs_bytes bytes)
{
    return rs_hash_finish(rs_hash_bytes(pool->seed, bytes));
}

/* The parts of what is looked up; a hash of SHA-256 is as good as a part of it. */
uint32_t rs_ca_hash_of_sha256(const uint8_t sha256[RS_SHA256_SIZE])
{
    return rs_le32_get(sha256);
}

static bool is_name(const void *array, uint32_t index, const void *key)
{
    const rs_ca_name *names = array;
    return rs_bytes_equal(names[index].canonical, *(const rs_bytes *)key);
}

static bool is_cert(const void *array, uint32_t index, const void *key)
{
    const rs_ca_cert *certs = array;
    return memcmp(certs[index].fingerprint, key, RS_SHA256_SIZE) == 0;
}

static bool is_node(const void *array, uint32_t index, const void *key)
{
    rs_ca_node *const *nodes = array;
    return memcmp(nodes[index]->id, key, RS_SHA256_SIZE) == 0;
}

static bool is_key_id(const void *array, uint32_t index, const void *key)
{
    const rs_ca_key_id *key_ids = array, *wanted = key;
    return key_ids[index].name == wanted->name && rs_bytes_equal(key_ids[index].id, wanted->id);
}

uint32_t rs_ca_find_name(const rs_ca_pool *pool, rs_bytes canonical)
{
    return rs_hash_index_find(&pool->names.index, hash_of(pool, canonical), is_name,
                              pool->names.all, &canonical);
}

uint32_t rs_ca_find_cert(const rs_ca_pool *pool, const uint8_t fingerprint[RS_SHA256_SIZE])
{
    return rs_hash_index_find(&pool->certs.index, rs_ca_hash_of_sha256(fingerprint), is_cert,
                              pool->certs.all, fingerprint);
}

uint32_t rs_ca_find_node(const rs_ca_pool *pool, const uint8_t id[RS_SHA256_SIZE])
{
    return rs_hash_index_find(&pool->nodes.index, rs_ca_hash_of_sha256(id), is_node,
                              pool->nodes.all, id);
}

static uint32_t hash_of_key_id(const rs_ca_pool *pool, uint32_t name, rs_bytes id)
{
    return rs_hash_finish(rs_hash_step(rs_hash_bytes(pool->seed, id), name));
}

uint32_t rs_ca_find_key_id(const rs_ca_pool *pool, uint32_t name, rs_bytes id)
{
    rs_ca_key_id wanted = {.name = name, .id = id};
    return rs_hash_index_find(&pool->key_ids.index, hash_of_key_id(pool, name, id), is_key_id,
                              pool->key_ids.all, &wanted);
}

/* Enters an element that is not there. */
bool rs_ca_enter(rs_hash_index *index, uint32_t hash, size_t *count)
{
    if (rs_hash_index_add(index, hash, (uint32_t)*count) != RS_HASH_INDEX_ADDED)
        return false;
    ++*count;
    return true;
}

/* A name as they are compared; empty if it does not decode. `room` is RS_DISTINGUISHED_NAME_MAX. */
rs_bytes rs_ca_canonical_name(rs_bytes der, uint8_t *room)
{
    size_t length;
    if (!rs_distinguished_name_canonical(der, room, RS_DISTINGUISHED_NAME_MAX, &length))
        return rs_bytes_make(NULL, 0);
    return rs_bytes_make(room, length);
}

/* The index of a name, which is added if it is new; RS_CA_NONE: no memory. */
uint32_t rs_ca_need_name(rs_ca_pool *pool, rs_bytes canonical)
{
    uint32_t at = rs_ca_find_name(pool, canonical);
    if (at != RS_HASH_INDEX_NONE)
        return at;
    rs_bytes copy = rs_arena_copy(&pool->arena, canonical);
    if (copy.p == NULL || !RS_CA_GROW(&pool->names))
        return RS_CA_NONE;
    pool->names.all[pool->names.count] =
        (rs_ca_name){.canonical = copy, .first = RS_CA_NONE, .last = RS_CA_NONE};
    if (!rs_ca_enter(&pool->names.index, hash_of(pool, copy), &pool->names.count))
        return RS_CA_NONE;
    return (uint32_t)pool->names.count - 1;
}

static void hash_two(rs_bytes a, rs_bytes b, uint8_t digest[RS_SHA256_SIZE])
{
    rs_sha256 hash;
    rs_sha256_init(&hash);
    rs_sha256_update(&hash, a);
    rs_sha256_update(&hash, b);
    rs_sha256_final(&hash, digest);
}

/* Of the form of a name, and the SHA-256 of a key. */
void rs_ca_identify(rs_bytes canonical, const uint8_t key_hash[RS_SHA256_SIZE],
                    uint8_t id[RS_SHA256_SIZE])
{
    hash_two(rs_bytes_make(key_hash, RS_SHA256_SIZE), canonical, id);
}

bool rs_ca_add_key_id(rs_ca_pool *pool, rs_ca_node *node, rs_bytes id)
{
    for (uint32_t i = 0; i < node->key_id_count; i++)
        if (rs_bytes_equal(pool->key_ids.all[node->key_ids[i]].id, id))
            return true;
    if (id.n == 0 || node->key_id_count == RS_CA_KEY_IDS_MAX)
        return true;
    rs_bytes copy = rs_arena_copy(&pool->arena, id);
    if (copy.p == NULL || !RS_CA_GROW(&pool->key_ids))
        return false;
    uint32_t first = rs_ca_find_key_id(pool, node->name, id);
    uint32_t added = (uint32_t)pool->key_ids.count;
    pool->key_ids.all[added] = (rs_ca_key_id){
        .name = node->name, .node = node->index, .id = copy, .next = RS_CA_NONE, .last = added};
    node->key_ids[node->key_id_count++] = added;
    if (first == RS_CA_NONE)
        return rs_ca_enter(&pool->key_ids.index, hash_of_key_id(pool, node->name, copy),
                           &pool->key_ids.count);
    pool->key_ids.all[pool->key_ids.all[first].last].next = added;
    pool->key_ids.all[first].last = added;
    pool->key_ids.count++;
    return true;
}

/* The identifier that RFC 5280 derives from a key (4.2.1.2), of whoever has left it out. */
bool rs_ca_add_derived_key_id(rs_ca_pool *pool, rs_ca_node *node)
{
    rs_bytes key = node->key, content;
    rs_der skipped, bits;
    uint8_t sha1[SHA1_SIZE];
    size_t size;
    if (!rs_der_only(key, RS_DER_SEQUENCE, &content) ||
        !rs_der_expect(&content, RS_DER_SEQUENCE, &skipped) ||
        !rs_der_expect(&content, RS_DER_BIT_STRING, &bits) || bits.value.n == 0 ||
        EVP_Q_digest(NULL, "SHA1", NULL, bits.value.p + 1, bits.value.n - 1, sha1, &size) != 1)
        return true;
    return rs_ca_add_key_id(pool, node, rs_bytes_make(sha1, sizeof sha1));
}
