/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hash table of indices: it finds an element of an array that the caller keeps.
 *
 * Someone who chooses the keys can make them collide. Start the hash with a value that they do not
 * know or cannot influence, or bound the cost with `probes_max`.
 */
#ifndef RS_HASH_INDEX_H
#define RS_HASH_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RS_HASH_INDEX_NONE UINT32_MAX

/* All zero is an empty table without a bound. Threads may search at once while nobody adds. */
typedef struct rs_hash_index {
    uint64_t *slots; /* hash and index + 1; 0: free */
    size_t capacity; /* a power of two, or 0 */
    size_t used;
    size_t probes_max; /* set by the caller: so many steps a search takes at most; 0: no bound */
} rs_hash_index;

/* Whether the element at `index` is the one that `key` describes. */
typedef bool rs_hash_index_equal(const void *array, uint32_t index, const void *key);

/*
 * The index of the element with this hash for which `equal` holds; RS_HASH_INDEX_NONE if there is
 * none. Inlined, so that `equal` is, too.
 */
static inline uint32_t rs_hash_index_find(const rs_hash_index *table, uint32_t hash,
                                          rs_hash_index_equal *equal, const void *array,
                                          const void *key)
{
    if (table->capacity == 0)
        return RS_HASH_INDEX_NONE;
    size_t left = table->probes_max; /* without a bound, a free slot ends it */
    for (size_t at = hash;; at++) {
        uint64_t slot = table->slots[at & (table->capacity - 1)];
        if (slot == 0)
            return RS_HASH_INDEX_NONE;
        uint32_t index = (uint32_t)slot - 1;
        if (slot >> 32 == hash && equal(array, index, key))
            return index;
        if (--left == 0)
            return RS_HASH_INDEX_NONE;
    }
}

/* Asks the processor for the memory where a search for this hash starts, and does not wait. */
static inline void rs_hash_index_prefetch(const rs_hash_index *table, uint32_t hash)
{
    if (table->capacity > 0)
        __builtin_prefetch(&table->slots[hash & (table->capacity - 1)]);
}

typedef enum rs_hash_index_added {
    RS_HASH_INDEX_NO_MEMORY = 0,
    RS_HASH_INDEX_NO_PLACE, /* none within the bound of a search */
    RS_HASH_INDEX_ADDED,
} rs_hash_index_added;

/*
 * Enters an index that is not there, below RS_HASH_INDEX_NONE. After anything but
 * RS_HASH_INDEX_ADDED the table finds what it found before.
 */
rs_hash_index_added rs_hash_index_add(rs_hash_index *table, uint32_t hash, uint32_t index);

/* Frees; the table is empty and usable again, its bound kept. */
void rs_hash_index_clear(rs_hash_index *table);

#endif
