/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/compiler/byte_buffer.h"

#include "lib/image/image.h"

#include <stdlib.h>

enum { FIRST_CAPACITY = 1024 };

static rs_write_status grow(rs_byte_buffer *buffer, size_t needed)
{
    size_t capacity = buffer->capacity == 0 ? FIRST_CAPACITY : 2 * buffer->capacity;
    if (capacity < needed)
        capacity = needed;
    uint8_t *p = realloc(buffer->p, capacity);
    if (p == NULL)
        return RS_WRITE_NO_MEMORY;
    buffer->p = p;
    buffer->capacity = capacity;
    return RS_WRITE_OK;
}

rs_write_status rs_byte_buffer_add(rs_byte_buffer *buffer, size_t n, uint8_t **added)
{
    if (n > RS_IMAGE_SIZE_MAX - buffer->n)
        return RS_WRITE_TOO_LARGE;
    if (buffer->p == NULL || buffer->n + n > buffer->capacity) {
        rs_write_status status = grow(buffer, buffer->n + n);
        if (status != RS_WRITE_OK)
            return status;
    }
    *added = buffer->p + buffer->n;
    memset(*added, 0, n);
    buffer->n += n;
    return RS_WRITE_OK;
}

void rs_byte_buffer_clear(rs_byte_buffer *buffer)
{
    free(buffer->p);
    *buffer = (rs_byte_buffer){0};
}
