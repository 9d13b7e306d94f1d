/* SPDX-License-Identifier: Apache-2.0 */
#include "command/telemetry/texts.h"

#include "command/base/growing_array.h"
#include "lib/base/hash.h"

static uint32_t hash_of(const rs_texts *texts, rs_bytes text)
{
    return rs_hash_finish(rs_hash_bytes(texts->seed, text));
}

static bool is_text(const void *array, uint32_t index, const void *wanted)
{
    return rs_bytes_equal_short(((const rs_bytes *)array)[index], *(const rs_bytes *)wanted);
}

uint32_t rs_texts_find(rs_texts *texts, rs_bytes text)
{
    if (texts->recent < texts->count && is_text(texts->items, texts->recent, &text))
        return texts->recent;
    uint32_t found =
        rs_hash_index_find(&texts->table, hash_of(texts, text), is_text, texts->items, &text);
    if (found == RS_HASH_INDEX_NONE)
        return RS_TEXTS_NONE;
    return texts->recent = found;
}

uint32_t rs_texts_enter(rs_texts *texts, rs_arena *arena, rs_bytes text)
{
    uint32_t number = rs_texts_find(texts, text);
    if (number != RS_TEXTS_NONE || texts->count == texts->most)
        return number;
    rs_hash_index_added added =
        rs_hash_index_add(&texts->table, hash_of(texts, text), texts->count);
    if (added == RS_HASH_INDEX_NO_MEMORY)
        rs_message_need(NULL);
    if (added == RS_HASH_INDEX_NO_PLACE)
        return RS_TEXTS_NONE;
    rs_bytes copy = rs_arena_copy(arena, text);
    rs_message_need((void *)(uintptr_t)copy.p);
    texts->items = rs_growing_array(texts->items, texts->count, sizeof *texts->items);
    texts->items[texts->count] = copy;
    return texts->count++;
}

void rs_texts_clear(rs_texts *texts)
{
    free(texts->items);
    rs_hash_index_clear(&texts->table);
    *texts = (rs_texts){0};
}
