/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/tally/root_sets.h"

#include "command/base/message.h"
#include "lib/base/hash.h"

#include <stdlib.h>
#include <sys/random.h>

enum {
    BITS = 64,
    BYTES_MAX =
        256 << 20, /* a store may be anybody's, and say that each issuer has its own roots */
};

static uint64_t *words_of(const rs_root_sets *sets, uint32_t set)
{
    return sets->words + (size_t)set * sets->width;
}

static bool is_set(const void *array, uint32_t index, const void *wanted)
{
    const rs_root_sets *sets = array;
    return memcmp(words_of(sets, index), wanted, sets->width * sizeof *sets->words) == 0;
}

/* Words behind the last set, for one that may be new. */
static uint64_t *scratch(rs_root_sets *sets)
{
    if (sets->count == sets->capacity) {
        sets->capacity = sets->capacity == 0 ? 64 : 2 * sets->capacity;
        if (sets->capacity * sets->width > BYTES_MAX / sizeof *sets->words)
            rs_message_need(NULL);
        sets->words = rs_message_need(
            reallocarray(sets->words, sets->capacity, sets->width * sizeof *sets->words));
    }
    return words_of(sets, (uint32_t)sets->count);
}

/* The number of the set that the scratch has. */
static uint32_t enter(rs_root_sets *sets)
{
    const uint64_t *words = words_of(sets, (uint32_t)sets->count);
    rs_bytes bytes = rs_bytes_make((const uint8_t *)words, sets->width * sizeof *words);
    uint32_t hash = rs_hash_finish(rs_hash_bytes(sets->seed, bytes));
    uint32_t found = rs_hash_index_find(&sets->table, hash, is_set, sets, words);
    if (found != RS_HASH_INDEX_NONE)
        return found;
    if (rs_hash_index_add(&sets->table, hash, (uint32_t)sets->count) != RS_HASH_INDEX_ADDED)
        rs_message_need(NULL);
    return (uint32_t)sets->count++;
}

void rs_root_sets_init(rs_root_sets *sets, size_t roots)
{
    *sets = (rs_root_sets){.width = roots / BITS + 1};
    if (getrandom(&sets->seed, sizeof sets->seed, GRND_NONBLOCK) != sizeof sets->seed)
        sets->seed = 0; /* then somebody can make it slow */
    memset(scratch(sets), 0, sets->width * sizeof *sets->words);
    enter(sets);
}

void rs_root_sets_clear(rs_root_sets *sets)
{
    free(sets->words);
    rs_hash_index_clear(&sets->table);
    *sets = (rs_root_sets){0};
}

bool rs_root_sets_has(const rs_root_sets *sets, uint32_t set, size_t root)
{
    return (words_of(sets, set)[root / BITS] >> root % BITS & 1) != 0;
}

uint32_t rs_root_sets_with(rs_root_sets *sets, uint32_t set, size_t root)
{
    uint64_t *made = scratch(sets);
    memcpy(made, words_of(sets, set), sets->width * sizeof *made);
    made[root / BITS] |= UINT64_C(1) << root % BITS;
    return enter(sets);
}

uint32_t rs_root_sets_union(rs_root_sets *sets, uint32_t one, uint32_t other)
{
    if (one == other)
        return one;
    uint64_t *made = scratch(sets);
    const uint64_t *a = words_of(sets, one), *b = words_of(sets, other);
    for (size_t i = 0; i < sets->width; i++)
        made[i] = a[i] | b[i];
    return enter(sets);
}
