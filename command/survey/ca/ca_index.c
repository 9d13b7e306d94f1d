/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/ca/ca_graph.h"
#include "lib/base/hash.h"
#include "lib/names/distinguished_name.h"

#include <stdlib.h>

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
    return rs_bytes_equal(((const rs_bytes *)array)[index], *(const rs_bytes *)key);
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

static bool is_group(const void *array, uint32_t index, const void *key)
{
    const rs_ca_group *groups = array, *wanted = key;
    return groups[index].name == wanted->name &&
           rs_bytes_equal(groups[index].key_id, wanted->key_id);
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

static uint32_t hash_of_group(const rs_ca_pool *pool, uint32_t name, rs_bytes key_id)
{
    return rs_hash_finish(rs_hash_step(rs_hash_bytes(pool->seed, key_id), name));
}

uint32_t rs_ca_find_group(const rs_ca_pool *pool, uint32_t name, rs_bytes key_id)
{
    rs_ca_group wanted = {.name = name, .key_id = key_id};
    return rs_hash_index_find(&pool->groups.index, hash_of_group(pool, name, key_id), is_group,
                              pool->groups.all, &wanted);
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
    pool->names.all[pool->names.count] = copy;
    if (!rs_ca_enter(&pool->names.index, hash_of(pool, copy), &pool->names.count))
        return RS_CA_NONE;
    return (uint32_t)pool->names.count - 1;
}

uint32_t rs_ca_need_group(rs_ca_pool *pool, uint32_t name, rs_bytes key_id)
{
    uint32_t at = rs_ca_find_group(pool, name, key_id);
    if (at != RS_HASH_INDEX_NONE)
        return at;
    rs_bytes copy = rs_arena_copy(&pool->arena, key_id);
    if (copy.p == NULL || !RS_CA_GROW(&pool->groups))
        return RS_CA_NONE;
    pool->groups.all[pool->groups.count] = (rs_ca_group){.name = name, .key_id = copy};
    if (!rs_ca_enter(&pool->groups.index, hash_of_group(pool, name, copy), &pool->groups.count))
        return RS_CA_NONE;
    return (uint32_t)pool->groups.count - 1;
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
