/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/hash_index.h"

#include "tests/unit/failing_memory.h"
#include "tests/unit/suite.h"

static bool same(const void *array, uint32_t index, const void *key)
{
    return ((const uint32_t *)array)[index] == *(const uint32_t *)key;
}

static uint32_t values[100000];

static uint32_t find(const rs_hash_index *table, uint32_t hash, uint32_t value)
{
    return rs_hash_index_find(table, hash, same, values, &value);
}

static void empty_table_has_nothing(void)
{
    rs_hash_index table = {0};
    CU_ASSERT(find(&table, 0, 0) == RS_HASH_INDEX_NONE);
    rs_hash_index_clear(&table);
}

static void each_is_found_while_it_grows(void)
{
    rs_hash_index table = {0};
    bool good = true;
    for (uint32_t i = 0; i < 100000; i++) {
        values[i] = i;
        good &= find(&table, i * UINT32_C(0x9e3779b9), i) == RS_HASH_INDEX_NONE;
        good &= rs_hash_index_add(&table, i * UINT32_C(0x9e3779b9), i) == RS_HASH_INDEX_ADDED;
    }
    for (uint32_t i = 0; i < 100000; i++)
        good &= find(&table, i * UINT32_C(0x9e3779b9), i) == i;
    CU_ASSERT(good);
    CU_ASSERT(table.used == 100000);
    rs_hash_index_clear(&table);
    CU_ASSERT(table.capacity == 0);
}

/* All with one hash: the search ends, and what was entered stays. */
static void collisions_are_bounded(void)
{
    enum { BOUND = 256 };
    rs_hash_index table = {.probes_max = BOUND};
    uint32_t entered = 0;
    for (uint32_t i = 0; i < 2000; i++) {
        values[i] = i;
        if (rs_hash_index_add(&table, UINT32_MAX, i) == RS_HASH_INDEX_ADDED)
            CU_ASSERT(i == entered++);
    }
    CU_ASSERT(entered == BOUND);
    for (uint32_t i = 0; i < entered; i++)
        CU_ASSERT(find(&table, UINT32_MAX, i) == i);
    CU_ASSERT(find(&table, UINT32_MAX, entered) == RS_HASH_INDEX_NONE);
    CU_ASSERT(rs_hash_index_add(&table, 7, entered) == RS_HASH_INDEX_ADDED);
    CU_ASSERT(find(&table, 7, entered) == entered);
    rs_hash_index_clear(&table);
    CU_ASSERT(table.probes_max == BOUND);
}

static void without_a_bound_all_are_entered(void)
{
    rs_hash_index table = {0};
    for (uint32_t i = 0; i < 2000; i++) {
        values[i] = i;
        CU_ASSERT_FATAL(rs_hash_index_add(&table, UINT32_MAX, i) == RS_HASH_INDEX_ADDED);
    }
    CU_ASSERT(find(&table, UINT32_MAX, 1999) == 1999);
    rs_hash_index_clear(&table);
}

static void no_memory_changes_nothing(void)
{
    rs_hash_index table = {0};
    for (uint32_t i = 0; i < 32; i++) {
        values[i] = i;
        CU_ASSERT_FATAL(rs_hash_index_add(&table, i, i) == RS_HASH_INDEX_ADDED);
    }
    memory_fail_after(0);
    rs_hash_index_added added = rs_hash_index_add(&table, 32, 32);
    if (memory_fail_stop())
        CU_ASSERT(added == RS_HASH_INDEX_NO_MEMORY);
    for (uint32_t i = 0; i < 32; i++)
        CU_ASSERT(find(&table, i, i) == i);
    rs_hash_index_clear(&table);
}

/* The same hash, and another element: the caller's comparison decides. */
static void equal_hashes_are_told_apart(void)
{
    rs_hash_index table = {0};
    values[0] = 10;
    values[1] = 11;
    CU_ASSERT(rs_hash_index_add(&table, 5, 0) == RS_HASH_INDEX_ADDED);
    CU_ASSERT(rs_hash_index_add(&table, 5, 1) == RS_HASH_INDEX_ADDED);
    CU_ASSERT(find(&table, 5, 11) == 1 && find(&table, 5, 10) == 0);
    CU_ASSERT(find(&table, 6, 10) == RS_HASH_INDEX_NONE);
    rs_hash_index_clear(&table);
}

static CU_TestInfo tests[] = {
    {"empty_table_has_nothing", empty_table_has_nothing},
    {"each_is_found_while_it_grows", each_is_found_while_it_grows},
    {"collisions_are_bounded", collisions_are_bounded},
    {"without_a_bound_all_are_entered", without_a_bound_all_are_entered},
    {"no_memory_changes_nothing", no_memory_changes_nothing},
    {"equal_hashes_are_told_apart", equal_hashes_are_told_apart},
    CU_TEST_INFO_NULL,
};

RS_SUITE("slots", tests)
