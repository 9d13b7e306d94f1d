/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/string_set_writer.h"

#include "lib/base/little_endian.h"
#include "lib/image/image.h"

#include <stdlib.h>

static int compare_strings(const void *a, const void *b)
{
    return rs_bytes_compare(*(const rs_bytes *)a, *(const rs_bytes *)b);
}

/* Moves the different ones of sorted strings to the front; how many there are. */
static size_t drop_repeated(rs_bytes *strings, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || !rs_bytes_equal(strings[kept - 1], strings[i]))
            strings[kept++] = strings[i];
    }
    return kept;
}

rs_write_status rs_string_set_write(rs_bytes *strings, size_t count, rs_byte_buffer *out,
                                    uint32_t *written)
{
    if (count > 1)
        qsort(strings, count, sizeof *strings, compare_strings);
    count = drop_repeated(strings, count);
    size_t size = 0;
    for (size_t i = 0; i < count; i++) {
        if (strings[i].n > RS_IMAGE_SIZE_MAX)
            return RS_WRITE_TOO_LARGE;
        size += 8 + strings[i].n;
        if (size > RS_IMAGE_SIZE_MAX)
            return RS_WRITE_TOO_LARGE;
    }
    uint8_t *index;
    rs_write_status status = rs_byte_buffer_add(out, size, &index);
    if (status != RS_WRITE_OK)
        return status;
    uint8_t *bytes = index + 8 * count;
    uint32_t at = 0;
    for (size_t i = 0; i < count; i++) {
        rs_le32_put(index + 8 * i, at);
        rs_le32_put(index + 8 * i + 4, (uint32_t)strings[i].n);
        if (strings[i].n > 0)
            memcpy(bytes + at, strings[i].p, strings[i].n);
        at += (uint32_t)strings[i].n;
    }
    *written = (uint32_t)count;
    return RS_WRITE_OK;
}
