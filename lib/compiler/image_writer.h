/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a list to its compiled form.
 */
#ifndef RS_IMAGE_WRITER_H
#define RS_IMAGE_WRITER_H

#include "lib/compiler/byte_buffer.h"
#include "lib/compiler/list.h"

/*
 * Makes the image of a merged list: the same list gives the same bytes. Equal sets are written
 * once, whichever stanzas and forms share them.
 *
 * RS_WRITE_BAD_LIST: two roots of the same key, two default stanzas, or a rule's value that is not
 * as list.h says.
 *
 * An IPv6 range wholly within ::ffff:0:0/96 becomes one of IPv4, as the addresses in names do; a
 * range that contains those addresses and more says nothing of IPv4.
 *
 * On RS_WRITE_OK, `*bytes` is memory from malloc, which the caller frees, and `*size` its size.
 */
rs_write_status rs_image_write(const rs_list *list, uint8_t **bytes, size_t *size);

#endif
