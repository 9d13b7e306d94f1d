/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that is taken piece by piece and given back at once.
 */
#ifndef RS_ARENA_H
#define RS_ARENA_H

#include "lib/base/bytes.h"

typedef struct rs_arena_block rs_arena_block;

/* All zero is an empty arena. */
typedef struct rs_arena {
    rs_arena_block *newest;
} rs_arena;

/* `size` bytes, zeroed and aligned for any type; NULL if there is no memory. Lives until clear. */
void *rs_arena_take(rs_arena *arena, size_t size);

/* A copy of the bytes with a NUL after them (not counted); p is NULL if there is no memory. */
rs_bytes rs_arena_copy(rs_arena *arena, rs_bytes bytes);

/* Gives everything back but the newest block, for as much again; the arena is empty. */
void rs_arena_reset(rs_arena *arena);

/* Gives everything back; the arena is empty and usable again. */
void rs_arena_clear(rs_arena *arena);

#endif
