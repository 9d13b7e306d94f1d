/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/hash_index.h"

#include <stdlib.h>

enum { FIRST_CAPACITY = 64 };

/* The free slot that a search for this hash comes to first; NULL if it comes to none. */
static uint64_t *free_slot(const rs_hash_index *table, uint32_t hash)
{
    size_t left = table->probes_max;
    for (size_t at = hash;; at++) {
        uint64_t *slot = &table->slots[at & (table->capacity - 1)];
        if (*slot == 0)
            return slot;
        if (--left == 0)
            return NULL;
    }
}

/* Doubles the table. Changes nothing if an element would no longer be found in the larger one. */
static rs_hash_index_added grow(rs_hash_index *table)
{
    rs_hash_index larger = *table;
    larger.capacity = table->capacity == 0 ? FIRST_CAPACITY : 2 * table->capacity;
    larger.slots = calloc(larger.capacity, sizeof *larger.slots);
    if (larger.slots == NULL)
        return RS_HASH_INDEX_NO_MEMORY;
    for (size_t i = 0; i < table->capacity; i++) {
        uint64_t slot = table->slots[i];
        if (slot == 0)
            continue;
        uint64_t *place = free_slot(&larger, (uint32_t)(slot >> 32));
        if (place == NULL) {
            free(larger.slots);
            return RS_HASH_INDEX_NO_PLACE;
        }
        *place = slot;
    }
    free(table->slots);
    *table = larger;
    return RS_HASH_INDEX_ADDED;
}

rs_hash_index_added rs_hash_index_add(rs_hash_index *table, uint32_t hash, uint32_t index)
{
    if (2 * table->used >= table->capacity) {
        rs_hash_index_added grown = grow(table);
        bool full = table->used + 1 >= table->capacity;
        if (grown == RS_HASH_INDEX_NO_MEMORY || (grown == RS_HASH_INDEX_NO_PLACE && full))
            return grown;
    }
    uint64_t *slot = free_slot(table, hash);
    if (slot == NULL)
        return RS_HASH_INDEX_NO_PLACE;
    *slot = (uint64_t)hash << 32 | (index + 1u);
    table->used++;
    return RS_HASH_INDEX_ADDED;
}

void rs_hash_index_clear(rs_hash_index *table)
{
    free(table->slots);
    *table = (rs_hash_index){.probes_max = table->probes_max};
}
