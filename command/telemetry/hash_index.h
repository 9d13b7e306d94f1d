/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hash table of indices: it finds an element of an array that the caller keeps.
 *
 * A search ends after RS_HASH_INDEX_PROBES_MAX steps, so that its cost has a bound even for keys
 * that were chosen to collide. An array that the caller limits limits the table as well.
 */
#ifndef RS_HASH_INDEX_H
#define RS_HASH_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RS_HASH_INDEX_PROBES_MAX = 256 };

#define RS_HASH_INDEX_NONE UINT32_MAX

/* All zero is an empty table. */
typedef struct rs_hash_index {
    uint64_t *slots; /* hash and index + 1; 0: free */
    size_t capacity; /* a power of two, or 0 */
    size_t used;
} rs_hash_index;

/* Whether the element at `index` is the one that `key` describes. */
typedef bool rs_hash_index_equal(const void *array, uint32_t index, const void *key);

/*
 * The index of the element with this hash for which `equal` holds; RS_HASH_INDEX_NONE if there is
 * none.
 */
uint32_t rs_hash_index_find(const rs_hash_index *table, uint32_t hash, rs_hash_index_equal *equal,
                            const void *array, const void *key);

/*
 * Enters an index that is not there, below RS_HASH_INDEX_NONE. False if it finds no place within
 * the bound of a search: the element must then not be used. Exits if there is no memory.
 */
bool rs_hash_index_add(rs_hash_index *table, uint32_t hash, uint32_t index);

/* Frees; the table is empty and usable again. */
void rs_hash_index_clear(rs_hash_index *table);

#endif
