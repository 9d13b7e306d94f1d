/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sets of a compiled list while it is written: equal ones are kept once.
 */
#ifndef RS_SET_POOL_H
#define RS_SET_POOL_H

#include "lib/base/hash_index.h"
#include "lib/compiler/byte_buffer.h"
#include "lib/image/set_record.h"

/* All zero is a pool without sets. */
typedef struct rs_set_pool {
    rs_byte_buffer bytes; /* of all sets; offsets in records count from its start */
    rs_set_record *records;
    size_t count, capacity;
    rs_hash_index index;
    uint64_t key; /* set by the caller: what hashes start with; see rs_suffix_tree */
} rs_set_pool;

/*
 * Takes in the set whose bytes were appended to pool->bytes from `record->offset` on. The caller
 * has filled in the rest of the record except its size. Sets `*number` to the set's number, from
 * 1. If the pool has an equal set, that is the number, and the bytes are taken off again.
 */
rs_write_status rs_set_pool_add(rs_set_pool *pool, rs_set_record record, uint32_t *number);

/* Frees; the pool is empty and usable again. */
void rs_set_pool_clear(rs_set_pool *pool);

#endif
