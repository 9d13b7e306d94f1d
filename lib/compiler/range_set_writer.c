/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/range_set_writer.h"

#include "lib/image/image.h"

#include <stdlib.h>

/* All octets are compared: those that an IPv4 range does not use order what would be equal. */
static int compare_ranges(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(rs_address_range));
}

/* Moves an address up by one; false, and all zero, if it was the last one. */
static bool increment(uint8_t *address, size_t width)
{
    for (size_t i = width; i-- > 0;) {
        if (++address[i] != 0)
            return true;
    }
    return false;
}

/* `next` starts no earlier than `range`: does it overlap, or go on where that ends? */
static bool joins(const rs_address_range *range, const rs_address_range *next, size_t width)
{
    uint8_t after[16];
    memcpy(after, range->last, width);
    return !increment(after, width) || memcmp(next->first, after, width) <= 0;
}

static size_t join_ranges(rs_address_range *ranges, size_t count, size_t width)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        rs_address_range *last = kept == 0 ? NULL : &ranges[kept - 1];
        if (last == NULL || !joins(last, &ranges[i], width))
            ranges[kept++] = ranges[i];
        else if (memcmp(ranges[i].last, last->last, width) > 0)
            memcpy(last->last, ranges[i].last, width);
    }
    return kept;
}

rs_write_status rs_range_set_write(rs_address_range *ranges, size_t count, size_t width,
                                   rs_byte_buffer *out, uint32_t *written)
{
    if (count > 1)
        qsort(ranges, count, sizeof *ranges, compare_ranges);
    count = join_ranges(ranges, count, width);
    if (count > RS_IMAGE_SIZE_MAX / (2 * width))
        return RS_WRITE_TOO_LARGE;
    uint8_t *p;
    rs_write_status status = rs_byte_buffer_add(out, count * 2 * width, &p);
    if (status != RS_WRITE_OK)
        return status;
    for (size_t i = 0; i < count; i++) {
        memcpy(p, ranges[i].first, width);
        memcpy(p + width, ranges[i].last, width);
        p += 2 * width;
    }
    *written = (uint32_t)count;
    return RS_WRITE_OK;
}
