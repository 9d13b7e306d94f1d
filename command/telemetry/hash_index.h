/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hash table of indices: it finds an element of an array that the caller keeps.
 *
 * A search ends after RS_SLOTS_PROBES_MAX steps, so that its cost has a bound even for keys that
 * were chosen to collide. An array that the caller limits limits the table as well.
 */
#ifndef RS_SLOTS_H
#define RS_SLOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RS_SLOTS_PROBES_MAX = 256 };

#define RS_SLOTS_NONE UINT32_MAX

/* All zero is an empty table. */
typedef struct rs_slots {
    uint64_t *slots; /* hash and index + 1; 0: free */
    size_t capacity; /* a power of two, or 0 */
    size_t used;
} rs_slots;

/* Whether the element at `index` is the one that `key` describes. */
typedef bool rs_slots_equal(const void *array, uint32_t index, const void *key);

/*
 * The index of the element with this hash for which `equal` holds; RS_SLOTS_NONE if there is none.
 */
uint32_t rs_slots_find(const rs_slots *table, uint32_t hash, rs_slots_equal *equal,
                       const void *array, const void *key);

/*
 * Enters an index that is not there, below RS_SLOTS_NONE. False if it finds no place within the
 * bound of a search: the element must then not be used. Exits if there is no memory.
 */
bool rs_slots_add(rs_slots *table, uint32_t hash, uint32_t index);

/* Frees; the table is empty and usable again. */
void rs_slots_clear(rs_slots *table);

#endif
