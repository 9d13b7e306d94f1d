/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/set_pool.h"

#include "lib/base/hash.h"
#include "lib/image/image.h"

#include <stdlib.h>

enum { FIRST_RECORDS = 16 };

static rs_bytes bytes_of(const rs_set_pool *pool, const rs_set_record *record)
{
    const uint8_t *p = record->size == 0 ? NULL : pool->bytes.p + record->offset;
    return rs_bytes_make(p, record->size);
}

static uint32_t hash_set(const rs_set_pool *pool, const rs_set_record *record)
{
    uint64_t hash = rs_hash_bytes(record->kind, bytes_of(pool, record));
    hash = rs_hash_step(hash, (uint64_t)record->count << 32 | record->seed);
    return rs_hash_finish(rs_hash_step(hash, record->root_rules));
}

/* All but where they are. */
static bool is_equal(const rs_set_pool *pool, const rs_set_record *a, const rs_set_record *b)
{
    return a->kind == b->kind && a->count == b->count && a->seed == b->seed &&
           a->root_rules == b->root_rules && rs_bytes_equal(bytes_of(pool, a), bytes_of(pool, b));
}

/* The place of an equal set, or the unused slot where it would be. */
static size_t find_slot(const rs_set_pool *pool, const rs_set_record *record, uint32_t hash)
{
    size_t at = hash & (pool->slot_count - 1);
    for (; pool->slots[at] != 0; at = (at + 1) & (pool->slot_count - 1)) {
        if (pool->slots[at] >> 32 == hash &&
            is_equal(pool, record, &pool->records[(uint32_t)pool->slots[at] - 1]))
            break;
    }
    return at;
}

/* Twice the records and twice that many slots; half of the slots or more stay free. */
static rs_write_status grow(rs_set_pool *pool)
{
    size_t capacity = pool->capacity == 0 ? FIRST_RECORDS : 2 * pool->capacity;
    rs_set_record *records = realloc(pool->records, capacity * sizeof *records);
    if (records == NULL)
        return RS_WRITE_NO_MEMORY;
    pool->records = records;
    uint64_t *slots = calloc(2 * capacity, sizeof *slots);
    if (slots == NULL)
        return RS_WRITE_NO_MEMORY;
    free(pool->slots);
    pool->slots = slots;
    pool->slot_count = 2 * capacity;
    pool->capacity = capacity;
    for (uint32_t i = 0; i < pool->count; i++) {
        uint32_t hash = hash_set(pool, &records[i]);
        slots[find_slot(pool, &records[i], hash)] = (uint64_t)hash << 32 | (i + 1);
    }
    return RS_WRITE_OK;
}

/* So that the next set starts where a set must. */
static rs_write_status align(rs_byte_buffer *bytes)
{
    uint8_t *gap;
    return rs_byte_buffer_add(
        bytes, (RS_SET_ALIGNMENT - bytes->n % RS_SET_ALIGNMENT) % RS_SET_ALIGNMENT, &gap);
}

rs_write_status rs_set_pool_add(rs_set_pool *pool, rs_set_record record, uint32_t *number)
{
    rs_write_status status = RS_WRITE_OK;
    if (pool->count == pool->capacity)
        status = grow(pool);
    if (status != RS_WRITE_OK)
        return status;
    record.size = (uint32_t)(pool->bytes.n - record.offset);
    uint32_t hash = hash_set(pool, &record);
    size_t at = find_slot(pool, &record, hash);
    if (pool->slots[at] != 0) {
        pool->bytes.n = record.offset;
        *number = (uint32_t)pool->slots[at];
        return RS_WRITE_OK;
    }
    status = align(&pool->bytes);
    if (status != RS_WRITE_OK)
        return status;
    pool->records[pool->count++] = record;
    *number = (uint32_t)pool->count;
    pool->slots[at] = (uint64_t)hash << 32 | *number;
    return RS_WRITE_OK;
}

void rs_set_pool_clear(rs_set_pool *pool)
{
    rs_byte_buffer_clear(&pool->bytes);
    free(pool->records);
    free(pool->slots);
    *pool = (rs_set_pool){0};
}
