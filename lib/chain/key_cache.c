/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/chain/key_cache.h"

#include "lib/base/hash.h"

#include <stdlib.h>

/* How many slots a key may be in, from its first on: bounds the cost of a miss. */
enum { PROBES = 8 };

struct rs_cached_key {
    rs_listed_as listed;
    size_t part_size[RS_KEY_PARTS];
    uint8_t bytes[]; /* the parts, one after another */
};

static size_t key_size(const rs_key *key)
{
    size_t size = 0;
    for (int i = 0; i < RS_KEY_PARTS; i++)
        size += key->part[i].n;
    return size;
}

/* Where to look first. Who makes keys that share their tail makes look-ups as long as PROBES. */
__attribute__((hot)) static size_t first_slot(const rs_key *key)
{
    rs_bytes last = key->part[RS_KEY_PARTS - 1];
    rs_bytes tail = rs_bytes_tail(last, last.n < 16 ? last.n : 16);
    return rs_hash_finish(rs_hash_bytes(0, tail)) % RS_KEY_CACHE_SLOTS;
}

__attribute__((hot)) static bool is_same(const rs_cached_key *cached, const rs_key *key)
{
    const uint8_t *at = cached->bytes;
    for (int i = 0; i < RS_KEY_PARTS - 1; i++) {
        if (!rs_bytes_equal_short(rs_bytes_make(at, cached->part_size[i]), key->part[i]))
            return false;
        at += cached->part_size[i];
    }
    return rs_bytes_equal(rs_bytes_make(at, cached->part_size[RS_KEY_PARTS - 1]),
                          key->part[RS_KEY_PARTS - 1]);
}

__attribute__((hot)) bool rs_key_cache_find(const rs_key_cache *cache, const rs_key *key,
                                            rs_listed_as *listed)
{
    size_t first = first_slot(key);
    for (size_t i = 0; i < PROBES; i++) {
        const rs_cached_key *cached = atomic_load_explicit(
            &cache->slots[(first + i) % RS_KEY_CACHE_SLOTS], memory_order_acquire);
        if (cached == NULL)
            return false;
        if (is_same(cached, key)) {
            *listed = cached->listed;
            return true;
        }
    }
    return false;
}

static rs_cached_key *cached_key_new(const rs_key *key, rs_listed_as listed, size_t size)
{
    rs_cached_key *cached = malloc(size);
    if (cached == NULL)
        return NULL;
    cached->listed = listed;
    uint8_t *at = cached->bytes;
    for (int i = 0; i < RS_KEY_PARTS; i++) {
        cached->part_size[i] = key->part[i].n;
        if (key->part[i].n > 0)
            memcpy(at, key->part[i].p, key->part[i].n);
        at += key->part[i].n;
    }
    return cached;
}

/* Puts it into the first free slot of its probes; false if there is none or it is there already. */
static bool publish(rs_key_cache *cache, const rs_key *key, rs_cached_key *cached)
{
    size_t first = first_slot(key);
    for (size_t i = 0; i < PROBES; i++) {
        rs_cached_key *present = NULL;
        if (atomic_compare_exchange_strong(&cache->slots[(first + i) % RS_KEY_CACHE_SLOTS],
                                           &present, cached))
            return true;
        if (is_same(present, key))
            return false;
    }
    return false;
}

void rs_key_cache_insert(rs_key_cache *cache, const rs_key *key, rs_listed_as listed)
{
    size_t size = sizeof(rs_cached_key) + key_size(key);
    /* Taken before it is known to fit, so that threads together never exceed the bound. */
    if (atomic_fetch_add(&cache->bytes, size) + size <= RS_KEY_CACHE_BYTES) {
        rs_cached_key *cached = cached_key_new(key, listed, size);
        if (cached != NULL && publish(cache, key, cached))
            return;
        free(cached);
    }
    atomic_fetch_sub(&cache->bytes, size);
}

void rs_key_cache_clear(rs_key_cache *cache)
{
    if (atomic_load(&cache->bytes) == 0)
        return;
    for (size_t i = 0; i < RS_KEY_CACHE_SLOTS; i++)
        free(atomic_exchange(&cache->slots[i], NULL));
    atomic_store(&cache->bytes, 0);
}
