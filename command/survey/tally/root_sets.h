/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sets of roots. Each set that occurs has one number, so that two are compared at once.
 */
#ifndef RS_ROOT_SETS_H
#define RS_ROOT_SETS_H

#include "lib/base/hash_index.h"

enum { RS_ROOT_SETS_EMPTY = 0 }; /* the number of the set that has no root */

/* Begin with rs_root_sets_init. For one thread at a time. */
typedef struct rs_root_sets {
    uint64_t *words; /* `width` of each set: a bit for each root */
    size_t width, count, capacity;
    rs_hash_index table;
    uint64_t seed;
} rs_root_sets;

/*
 * Of so many roots, which are numbered from 0. Exits if there is no memory, as all functions do, or
 * if all sets take more than 256 MiB.
 */
void rs_root_sets_init(rs_root_sets *sets, size_t roots);
void rs_root_sets_clear(rs_root_sets *sets);

bool rs_root_sets_has(const rs_root_sets *sets, uint32_t set, size_t root);

/* The set and one more root. */
uint32_t rs_root_sets_with(rs_root_sets *sets, uint32_t set, size_t root);

/* All roots of both. */
uint32_t rs_root_sets_union(rs_root_sets *sets, uint32_t one, uint32_t other);

#endif
