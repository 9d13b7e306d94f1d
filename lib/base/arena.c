/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/base/arena.h"

#include <stdalign.h>
#include <stdlib.h>

enum { BLOCK_SIZE = 64 * 1024 };

struct rs_arena_block {
    rs_arena_block *older;
    size_t used, size;
    alignas(max_align_t) uint8_t bytes[];
};

static rs_arena_block *block_new(rs_arena_block *older, size_t size)
{
    if (size > SIZE_MAX - sizeof(rs_arena_block))
        return NULL;
    rs_arena_block *block = calloc(1, sizeof *block + size);
    if (block == NULL)
        return NULL;
    block->older = older;
    block->size = size;
    return block;
}

void *rs_arena_take(rs_arena *arena, size_t size)
{
    size_t align = alignof(max_align_t);
    if (size > SIZE_MAX - align)
        return NULL;
    size = (size + align - 1) / align * align;
    rs_arena_block *block = arena->newest;
    if (block == NULL || block->size - block->used < size) {
        block = block_new(arena->newest, size > BLOCK_SIZE ? size : BLOCK_SIZE);
        if (block == NULL)
            return NULL;
        arena->newest = block;
    }
    void *taken = block->bytes + block->used;
    block->used += size;
    return taken;
}

rs_bytes rs_arena_copy(rs_arena *arena, rs_bytes bytes)
{
    uint8_t *copy = bytes.n == SIZE_MAX ? NULL : rs_arena_take(arena, bytes.n + 1);
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

void rs_arena_reset(rs_arena *arena)
{
    rs_arena_block *kept = arena->newest;
    if (kept == NULL)
        return;
    rs_arena older = {.newest = kept->older};
    rs_arena_clear(&older);
    kept->older = NULL;
    memset(kept->bytes, 0, kept->used);
    kept->used = 0;
}
