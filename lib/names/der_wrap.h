/* SPDX-License-Identifier: Apache-2.0 */
/*
 * DER elements around contents, to hand them to OpenSSL or to print them.
 */
#ifndef RS_DER_WRAP_H
#define RS_DER_WRAP_H

#include "lib/base/arena.h"

/*
 * The content with a tag and a length before it, on the arena; nothing if it is over 4 GiB.
 * Exits if there is no memory.
 */
rs_bytes rs_der_wrap(rs_arena *arena, uint8_t tag, rs_bytes content);

#endif
