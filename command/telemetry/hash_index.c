/* SPDX-License-Identifier: Apache-2.0 */
#include "command/telemetry/hash_index.h"

#include "command/base/message.h"

#include <stdlib.h>

enum { FIRST_CAPACITY = 64 };

static uint64_t slot_make(uint32_t hash, uint32_t index)
{
    return (uint64_t)hash << 32 | (index + 1u);
}

uint32_t rs_hash_index_find(const rs_hash_index *table, uint32_t hash, rs_hash_index_equal *equal,
                            const void *array, const void *key)
{
    for (size_t i = 0; i < RS_HASH_INDEX_PROBES_MAX && i < table->capacity; i++) {
        uint64_t slot = table->slots[(hash + i) & (table->capacity - 1)];
        if (slot == 0)
            return RS_HASH_INDEX_NONE;
        uint32_t index = (uint32_t)slot - 1;
        if (slot >> 32 == hash && equal(array, index, key))
            return index;
    }
    return RS_HASH_INDEX_NONE;
}

/* The free slot that a search for this hash comes to first; NULL if it comes to none. */
static uint64_t *free_slot(const rs_hash_index *table, uint32_t hash)
{
    for (size_t i = 0; i < RS_HASH_INDEX_PROBES_MAX && i < table->capacity; i++) {
        uint64_t *slot = &table->slots[(hash + i) & (table->capacity - 1)];
        if (*slot == 0)
            return slot;
    }
    return NULL;
}

/* Twice the size. False, and nothing changed, if an element would no longer be found. */
static bool grow(rs_hash_index *table)
{
    rs_hash_index larger = {.used = table->used};
    larger.capacity = table->capacity == 0 ? FIRST_CAPACITY : 2 * table->capacity;
    larger.slots = rs_message_need(calloc(larger.capacity, sizeof *larger.slots));
    for (size_t i = 0; i < table->capacity; i++) {
        uint64_t slot = table->slots[i];
        if (slot == 0)
            continue;
        uint64_t *place = free_slot(&larger, (uint32_t)(slot >> 32));
        if (place == NULL) {
            free(larger.slots);
            return false;
        }
        *place = slot;
    }
    free(table->slots);
    *table = larger;
    return true;
}

bool rs_hash_index_add(rs_hash_index *table, uint32_t hash, uint32_t index)
{
    bool full = 2 * table->used >= table->capacity;
    if (full && !grow(table) && table->used + 1 >= table->capacity)
        return false;
    uint64_t *slot = free_slot(table, hash);
    if (slot == NULL)
        return false;
    *slot = slot_make(hash, index);
    table->used++;
    return true;
}

void rs_hash_index_clear(rs_hash_index *table)
{
    free(table->slots);
    *table = (rs_hash_index){0};
}
