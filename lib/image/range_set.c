/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/image/range_set.h"

/* The first address of a range; the last one follows it. */
static const uint8_t *range_at(const rs_range_set *set, uint32_t index)
{
    return set->ranges + 2 * (size_t)set->width * index;
}

bool rs_range_set_has(const rs_range_set *set, const rs_ip_address *address)
{
    uint32_t low = 0, high = set->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const uint8_t *first = range_at(set, middle);
        if (memcmp(address->octets, first, set->width) < 0)
            high = middle;
        else if (memcmp(address->octets, first + set->width, set->width) > 0)
            low = middle + 1;
        else
            return true;
    }
    return false;
}

bool rs_range_set_is_all(const rs_range_set *set)
{
    if (set->count != 1)
        return false;
    for (size_t i = 0; i < set->width; i++)
        if (set->ranges[i] != 0 || set->ranges[set->width + i] != 0xff)
            return false;
    return true;
}

/* Is `next` the address after `address`, so that their ranges should have been one? */
static bool is_successor(const uint8_t *address, const uint8_t *next, size_t width)
{
    size_t i = width;
    while (i > 0 && address[i - 1] == 0xff && next[i - 1] == 0)
        i--;
    return i > 0 && next[i - 1] == address[i - 1] + 1 && memcmp(address, next, i - 1) == 0;
}

bool rs_range_set_check(const rs_range_set *set)
{
    size_t width = set->width;
    if (set->count > 0 && width != 4 && width != 16)
        return false;
    for (uint32_t i = 0; i < set->count; i++) {
        const uint8_t *first = range_at(set, i);
        if (memcmp(first, first + width, width) > 0)
            return false;
        if (i > 0 &&
            (memcmp(first - width, first, width) >= 0 || is_successor(first - width, first, width)))
            return false;
    }
    return true;
}
