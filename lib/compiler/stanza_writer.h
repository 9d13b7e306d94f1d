/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a stanza to its record in the compiled list and the sets that it refers to.
 */
#ifndef RS_STANZA_WRITER_H
#define RS_STANZA_WRITER_H

#include "lib/compiler/list.h"
#include "lib/compiler/set_pool.h"

/*
 * Appends the record of one stanza to `records` and its sets to the pool.
 * RS_WRITE_BAD_LIST if a rule or the mode is not as list.h says.
 */
rs_write_status rs_stanza_write(const rs_list_stanza *stanza, rs_set_pool *pool,
                                rs_byte_buffer *records);

/*
 * Puts a mode into the RS_PERIOD_SIZE zero bytes of a period; none is as good as `enforce`.
 * RS_WRITE_BAD_LIST if it is not a mode.
 */
rs_write_status rs_period_write(bool has_mode, rs_mode_period mode, uint8_t *period);

#endif
