/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From address ranges to the set that the compiled list has of them.
 */
#ifndef RS_RANGE_SET_WRITER_H
#define RS_RANGE_SET_WRITER_H

#include "lib/compiler/byte_buffer.h"

/* Addresses of 4 or 16 octets in network order; the rest is not looked at. first <= last. */
typedef struct rs_address_range {
    uint8_t first[16], last[16];
} rs_address_range;

/*
 * Appends a range set to `out`. Sorts `ranges` in place, all of addresses of `width` octets, and
 * makes one of those that overlap or touch; `*written` is how many there are in the set.
 */
rs_write_status rs_range_set_write(rs_address_range *ranges, size_t count, size_t width,
                                   rs_byte_buffer *out, uint32_t *written);

#endif
