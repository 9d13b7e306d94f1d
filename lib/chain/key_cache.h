/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which stanzas belong to a key, remembered: a bounded cache in front of SHA-256 and the root
 * table, which would otherwise be most of what a verification costs.
 *
 * A key is found by comparing all of its bytes, never by an address: addresses are reused. It
 * only ever grows to its bounds, and what it holds is immutable, so any number of threads may
 * look up and insert at once without a lock. It belongs to one image, and goes with it.
 */
#ifndef RS_KEY_CACHE_H
#define RS_KEY_CACHE_H

#include "lib/base/bytes.h"

#include <stdatomic.h>

#define RS_KEY_CACHE_SLOTS 256         /* a power of two */
#define RS_KEY_CACHE_BYTES (48 * 1024) /* all that the remembered keys may take from malloc */
#define RS_KEY_PARTS       4

/*
 * The bytes that make a key, in parts as OpenSSL holds them; what differs in any part differs. All
 * but the last are short. The end of the last says where to look: a modulus, a point, and the
 * signature at the end of a whole certificate are as good as random.
 */
typedef struct rs_key {
    rs_bytes part[RS_KEY_PARTS];
} rs_key;

/* Indexes of the roots that a certificate is, by its key and by itself; or RS_NO_ROOT. */
#define RS_NO_ROOT UINT32_MAX
typedef struct rs_listed_as {
    uint32_t by_spki;
    uint32_t by_certificate;
} rs_listed_as;

typedef struct rs_cached_key rs_cached_key;

/* All zero is an empty cache. */
typedef struct rs_key_cache {
    _Atomic(rs_cached_key *) slots[RS_KEY_CACHE_SLOTS];
    atomic_size_t bytes; /* taken from malloc so far */
} rs_key_cache;

/* True, and what was remembered; or false. Writes nothing to the cache. */
bool rs_key_cache_find(const rs_key_cache *cache, const rs_key *key, rs_listed_as *listed);

/* Remembers; does nothing if the cache is full, the key is in it, or there is no memory. */
void rs_key_cache_insert(rs_key_cache *cache, const rs_key *key, rs_listed_as listed);

/* Forgets all and frees; nobody else may use the cache meanwhile. */
void rs_key_cache_clear(rs_key_cache *cache);

#endif
