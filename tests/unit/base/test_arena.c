/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/arena.h"
#include "tests/unit/failing_memory.h"
#include "tests/unit/suite.h"

#include <stdalign.h>

static void take_gives_zeroed_aligned_memory(void)
{
    static const size_t sizes[] = {0, 1, 7, 16, 17, 4096, 64 * 1024, 64 * 1024 + 1, 1, 300000, 5};
    rs_arena arena = {0};
    uint8_t *taken[sizeof sizes / sizeof *sizes];
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        taken[i] = rs_arena_take(&arena, sizes[i]);
        CU_ASSERT_PTR_NOT_NULL_FATAL(taken[i]);
        CU_ASSERT((uintptr_t)taken[i] % alignof(max_align_t) == 0);
        for (size_t j = 0; j < sizes[i]; j++) {
            if (taken[i][j] != 0)
                CU_FAIL("not zeroed");
            taken[i][j] = (uint8_t)(i + 1);
        }
    }
    /* Nothing overlaps. */
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (size_t j = 0; j < sizes[i]; j++) {
            if (taken[i][j] != i + 1)
                CU_FAIL("overwritten");
        }
    }
    rs_arena_clear(&arena);
    CU_ASSERT_PTR_NULL(arena.newest);
}

static void small_pieces_share_a_block(void)
{
    rs_arena arena = {0};
    CU_ASSERT_PTR_NOT_NULL(rs_arena_take(&arena, 1));
    rs_arena_block *first = arena.newest;
    for (size_t i = 1; i < 64 * 1024 / alignof(max_align_t); i++)
        CU_ASSERT_PTR_NOT_NULL(rs_arena_take(&arena, 1));
    CU_ASSERT_PTR_EQUAL(arena.newest, first);
    CU_ASSERT_PTR_NOT_NULL(rs_arena_take(&arena, 1));
    CU_ASSERT_PTR_NOT_EQUAL(arena.newest, first);
    rs_arena_clear(&arena);
}

static void take_refuses_impossible_sizes(void)
{
    rs_arena arena = {0};
    CU_ASSERT_PTR_NULL(rs_arena_take(&arena, SIZE_MAX));
    CU_ASSERT_PTR_NULL(rs_arena_take(&arena, SIZE_MAX - alignof(max_align_t)));
    CU_ASSERT_PTR_NULL(rs_arena_take(&arena, SIZE_MAX - 2 * alignof(max_align_t)));
    CU_ASSERT_PTR_NULL(arena.newest);
    CU_ASSERT_PTR_NULL(rs_arena_copy(&arena, rs_bytes_make("x", SIZE_MAX)).p);
    CU_ASSERT_EQUAL(rs_arena_copy(&arena, rs_bytes_make("x", SIZE_MAX)).n, 0);
}

static void copy_adds_a_nul(void)
{
    rs_arena arena = {0};
    char text[] = "corp.example";
    rs_bytes copy = rs_arena_copy(&arena, rs_bytes_of_string(text));
    memset(text, 'x', sizeof text - 1);
    CU_ASSERT_EQUAL(copy.n, 12);
    CU_ASSERT_STRING_EQUAL((const char *)copy.p, "corp.example");
    rs_bytes empty = rs_arena_copy(&arena, rs_bytes_make(NULL, 0));
    CU_ASSERT_PTR_NOT_NULL_FATAL(empty.p);
    CU_ASSERT_EQUAL(empty.n, 0);
    CU_ASSERT_EQUAL(empty.p[0], 0);
    rs_arena_clear(&arena);
}

static void cleared_arena_is_usable(void)
{
    rs_arena arena = {0};
    rs_arena_clear(&arena);
    for (int i = 0; i < 3; i++) {
        CU_ASSERT_PTR_NOT_NULL(rs_arena_take(&arena, 100000));
        rs_arena_clear(&arena);
        CU_ASSERT_PTR_NULL(arena.newest);
    }
}

static void no_memory_leaves_the_arena(void)
{
    rs_arena arena = {0};
    uint8_t *kept = rs_arena_take(&arena, 8);
    memory_fail_after(0);
    void *taken = rs_arena_take(&arena, 100000);
    bool failed = memory_fail_stop();
    CU_ASSERT(!failed || taken == NULL);
    memory_fail_after(0);
    rs_bytes copy = rs_arena_copy(&arena, rs_bytes_make(kept, 8));
    CU_ASSERT_FALSE(memory_fail_stop());
    CU_ASSERT_PTR_NOT_NULL(copy.p);
    rs_arena_clear(&arena);
}

static CU_TestInfo tests[] = {
    {"take gives zeroed, aligned memory", take_gives_zeroed_aligned_memory},
    {"small pieces share a block", small_pieces_share_a_block},
    {"take refuses impossible sizes", take_refuses_impossible_sizes},
    {"copy adds a NUL", copy_adds_a_nul},
    {"a cleared arena is usable", cleared_arena_is_usable},
    {"no memory leaves the arena as it was", no_memory_leaves_the_arena},
    CU_TEST_INFO_NULL,
};

RS_SUITE("arena", tests)
