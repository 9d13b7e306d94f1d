/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From strings to the set that the compiled list has of them.
 */
#ifndef RS_STRING_SET_WRITER_H
#define RS_STRING_SET_WRITER_H

#include "lib/compiler/byte_buffer.h"

/*
 * Appends the index and the bytes of a string set to `out`. Sorts `strings` in place and leaves
 * repeated ones out; `*written` is how many there are in the set.
 */
rs_write_status rs_string_set_write(rs_bytes *strings, size_t count, rs_byte_buffer *out,
                                    uint32_t *written);

#endif
