/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a list to its compiled form.
 */
#ifndef RS_IMAGE_WRITER_H
#define RS_IMAGE_WRITER_H

#include "list.h"

typedef enum rs_write_status {
    RS_WRITE_OK = 0,
    RS_WRITE_NO_MEMORY,
    RS_WRITE_TOO_LARGE, /* the image would exceed RS_IMAGE_SIZE_MAX */
} rs_write_status;

/*
 * Makes the image of a merged list: the same list gives the same bytes. Equal sets are written
 * once, whichever stanzas and forms share them.
 *
 * On RS_WRITE_OK, `*bytes` is memory from malloc, which the caller frees, and `*size` its size.
 */
rs_write_status rs_image_write(const rs_list *list, uint8_t **bytes, size_t *size);

#endif
