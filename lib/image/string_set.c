/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/image/string_set.h"

#include "lib/base/ascii.h"
#include "lib/base/little_endian.h"

rs_bytes rs_string_set_at(const rs_string_set *set, uint32_t index)
{
    const uint8_t *pair = set->index + 8 * (size_t)index;
    return rs_bytes_make(set->bytes + rs_le32_get(pair), rs_le32_get(pair + 4));
}

bool rs_string_set_has(const rs_string_set *set, rs_bytes string)
{
    uint32_t low = 0, high = set->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = rs_bytes_compare(string, rs_string_set_at(set, middle));
        if (order == 0)
            return true;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return false;
}

rs_string_search rs_string_search_start(const rs_string_set *set)
{
    return (rs_string_search){.set = set, .low = 0, .high = set->count};
}

/*
 * The first string from `low` on whose rest is not less than the piece or, `past`, starts with it.
 */
static uint32_t find_border(const rs_string_search *search, rs_bytes piece, bool past)
{
    uint32_t low = search->low, high = search->high;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        rs_bytes rest = rs_bytes_skip(rs_string_set_at(search->set, middle), search->size);
        if (past && rest.n > piece.n)
            rest.n = piece.n;
        int order = rs_bytes_compare(rest, piece);
        if (order < 0 || (past && order == 0))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void rs_string_search_add(rs_string_search *search, rs_bytes piece)
{
    if (search->low == search->high)
        return;
    uint32_t low = find_border(search, piece, false);
    search->high = find_border(search, piece, true);
    search->low = low;
    search->size += piece.n;
}

void rs_string_search_add_lower(rs_string_search *search, rs_bytes piece)
{
    uint8_t lower[64];
    while (piece.n > 0 && search->low < search->high) {
        size_t n = piece.n < sizeof lower ? piece.n : sizeof lower;
        for (size_t i = 0; i < n; i++)
            lower[i] = rs_ascii_lower(piece.p[i]);
        rs_string_search_add(search, rs_bytes_make(lower, n));
        piece = rs_bytes_skip(piece, n);
    }
}

bool rs_string_search_found(const rs_string_search *search)
{
    /* The shortest of those that start with it is the first. */
    return search->low < search->high &&
           rs_string_set_at(search->set, search->low).n == search->size;
}

bool rs_string_set_check(const rs_string_set *set, size_t bytes_size)
{
    size_t end = 0;
    for (uint32_t i = 0; i < set->count; i++) {
        const uint8_t *pair = set->index + 8 * (size_t)i;
        uint32_t length = rs_le32_get(pair + 4);
        if (rs_le32_get(pair) != end || length > bytes_size - end)
            return false;
        end += length;
        if (i > 0 && rs_bytes_compare(rs_string_set_at(set, i - 1), rs_string_set_at(set, i)) >= 0)
            return false;
    }
    return end == bytes_size;
}
