/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/tally/domain_table.h"

#include "command/base/message.h"

#include <stdlib.h>
#include <sys/random.h>
#include <xxhash.h>

enum { FIRST_CAPACITY = 1024 };

struct rs_domain_slot {
    uint64_t high; /* of the hash */
    uint32_t low;
    uint32_t number; /* 0: the slot is free */
};

void rs_domain_table_init(rs_domain_table *table, uint64_t parts)
{
    *table = (rs_domain_table){.parts = parts};
    if (getrandom(&table->seed, sizeof table->seed, GRND_NONBLOCK) != sizeof table->seed)
        table->seed = 0; /* then somebody can find two domains that are taken for one */
}

void rs_domain_table_begin(rs_domain_table *table, uint64_t part)
{
    table->part = part;
    table->used = 0;
    if (table->slots != NULL)
        memset(table->slots, 0, table->capacity * sizeof *table->slots);
}

void rs_domain_table_clear(rs_domain_table *table)
{
    free(table->slots);
    *table = (rs_domain_table){0};
}

/* Its slot, or the free one where it belongs. */
static rs_domain_slot *find(const rs_domain_table *table, uint64_t high, uint32_t low)
{
    for (size_t at = (size_t)high;; at++) {
        rs_domain_slot *slot = &table->slots[at & (table->capacity - 1)];
        if (slot->number == 0 || (slot->high == high && slot->low == low))
            return slot;
    }
}

static void make_room(rs_domain_table *table)
{
    if (4 * table->used < 3 * table->capacity)
        return;
    rs_domain_table larger = *table;
    larger.capacity = table->capacity == 0 ? FIRST_CAPACITY : 2 * table->capacity;
    larger.slots = rs_message_need(calloc(larger.capacity, sizeof *larger.slots));
    for (size_t i = 0; i < table->capacity; i++)
        if (table->slots[i].number != 0)
            *find(&larger, table->slots[i].high, table->slots[i].low) = table->slots[i];
    free(table->slots);
    *table = larger;
}

uint32_t *rs_domain_table_find(rs_domain_table *table, rs_bytes domain, uint64_t kind)
{
    XXH128_hash_t hash = XXH3_128bits_withSeed(domain.p, domain.n, table->seed + kind);
    if (hash.low64 % table->parts != table->part)
        return NULL;
    make_room(table);
    rs_domain_slot *slot = find(table, hash.high64, (uint32_t)(hash.low64 >> 32));
    if (slot->number == 0) {
        *slot = (rs_domain_slot){hash.high64, (uint32_t)(hash.low64 >> 32), 0};
        table->used++;
    }
    return &slot->number;
}
