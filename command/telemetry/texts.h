/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Texts that come again and again, each kept once and numbered in order of appearance. Whoever
 * keeps the number of a text compares it at once, without a look at the text.
 */
#ifndef RS_TEXTS_H
#define RS_TEXTS_H

#include "lib/base/arena.h"
#include "lib/base/hash_index.h"

#define RS_TEXTS_NONE UINT32_MAX /* no text's number */

/* All zero is empty; the caller sets the last two, and the table's bound of probes. */
typedef struct rs_texts {
    rs_bytes *items;
    uint32_t count;
    uint32_t recent; /* what was found last, and is looked at first */
    rs_hash_index table;
    uint32_t most; /* so many texts have a place */
    uint64_t seed; /* of the hash */
} rs_texts;

/* The number of a text; RS_TEXTS_NONE if it is not there. */
uint32_t rs_texts_find(rs_texts *texts, rs_bytes text);

/*
 * The same of a text that may be new: a copy of it, on the arena, is entered. RS_TEXTS_NONE if it
 * has no place.
 */
uint32_t rs_texts_enter(rs_texts *texts, rs_arena *arena, rs_bytes text);

/* Frees; there are no texts then. */
void rs_texts_clear(rs_texts *texts);

#endif
