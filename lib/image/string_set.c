/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/image/string_set.h"

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
