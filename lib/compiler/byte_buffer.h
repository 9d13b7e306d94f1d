/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the writers of the compiled list append to, never larger than a list may be.
 */
#ifndef RS_BYTE_BUFFER_H
#define RS_BYTE_BUFFER_H

#include "lib/base/bytes.h"

typedef enum rs_write_status {
    RS_WRITE_OK = 0,
    RS_WRITE_NO_MEMORY,
    RS_WRITE_TOO_LARGE, /* the image would exceed RS_IMAGE_SIZE_MAX */
    RS_WRITE_BAD_LIST,  /* the list is not as list.h says, by a mistake in the code that made it */
} rs_write_status;

/* All zero is an empty buffer. */
typedef struct rs_byte_buffer {
    uint8_t *p;
    size_t n, capacity;
} rs_byte_buffer;

/*
 * Appends n zeros and sets `*added` to the first of them, to be filled in; valid until the next
 * append. On anything but RS_WRITE_OK the buffer is as before.
 */
rs_write_status rs_byte_buffer_add(rs_byte_buffer *buffer, size_t n, uint8_t **added);

/* Frees; the buffer is empty and usable again. */
void rs_byte_buffer_clear(rs_byte_buffer *buffer);

#endif
