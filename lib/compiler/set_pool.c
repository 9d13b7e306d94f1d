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
    uint64_t hash = rs_hash_bytes(pool->key ^ record->kind, bytes_of(pool, record));
    hash = rs_hash_step(hash, (uint64_t)record->count << 32 | record->seed);
    return rs_hash_finish(rs_hash_step(hash, record->root_rules));
}

/* All but where they are. */
static bool is_equal(const void *array, uint32_t index, const void *key)
{
    const rs_set_pool *pool = array;
    const rs_set_record *a = &pool->records[index], *b = key;
    return a->kind == b->kind && a->count == b->count && a->seed == b->seed &&
           a->root_rules == b->root_rules && rs_bytes_equal(bytes_of(pool, a), bytes_of(pool, b));
}

/* Room for one more record. */
static rs_write_status grow(rs_set_pool *pool)
{
    if (pool->count < pool->capacity)
        return RS_WRITE_OK;
    size_t capacity = pool->capacity == 0 ? FIRST_RECORDS : 2 * pool->capacity;
    rs_set_record *records = realloc(pool->records, capacity * sizeof *records);
    if (records == NULL)
        return RS_WRITE_NO_MEMORY;
    pool->records = records;
    pool->capacity = capacity;
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
    record.size = (uint32_t)(pool->bytes.n - record.offset);
    uint32_t hash = hash_set(pool, &record);
    uint32_t found = rs_hash_index_find(&pool->index, hash, is_equal, pool, &record);
    if (found != RS_HASH_INDEX_NONE) {
        pool->bytes.n = record.offset;
        *number = found + 1;
        return RS_WRITE_OK;
    }
    rs_write_status status = grow(pool);
    if (status == RS_WRITE_OK)
        status = align(&pool->bytes);
    if (status != RS_WRITE_OK)
        return status;
    if (rs_hash_index_add(&pool->index, hash, (uint32_t)pool->count) != RS_HASH_INDEX_ADDED)
        return RS_WRITE_NO_MEMORY;
    pool->records[pool->count++] = record;
    *number = (uint32_t)pool->count;
    return RS_WRITE_OK;
}

void rs_set_pool_clear(rs_set_pool *pool)
{
    rs_byte_buffer_clear(&pool->bytes);
    rs_hash_index_clear(&pool->index);
    free(pool->records);
    *pool = (rs_set_pool){0};
}
