/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An arena for tests, instead of lib/arena.c: each piece is an allocation of its own, so that a
 * sanitizer sees every byte past its end, and it fails where a test wants.
 */
#ifndef RS_ARENA_DOUBLE_H
#define RS_ARENA_DOUBLE_H

#include "lib/base/arena.h"

#include <stdlib.h>

/* How many pieces may still be taken. */
static size_t arena_budget = SIZE_MAX;

struct rs_arena_block {
    rs_arena_block *older;
    max_align_t bytes[];
};

void *rs_arena_take(rs_arena *arena, size_t size)
{
    if (arena_budget == 0)
        return NULL;
    arena_budget--;
    rs_arena_block *block = calloc(1, sizeof *block + size);
    if (block == NULL)
        abort();
    block->older = arena->newest;
    arena->newest = block;
    return block->bytes;
}

rs_bytes rs_arena_copy(rs_arena *arena, rs_bytes bytes)
{
    uint8_t *copy = rs_arena_take(arena, bytes.n + 1);
    if (copy != NULL && bytes.n > 0)
        memcpy(copy, bytes.p, bytes.n);
    return rs_bytes_make(copy, copy == NULL ? 0 : bytes.n);
}

void rs_arena_clear(rs_arena *arena)
{
    while (arena->newest != NULL) {
        rs_arena_block *block = arena->newest;
        arena->newest = block->older;
        free(block);
    }
}

#endif
