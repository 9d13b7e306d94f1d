/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256 of two messages at once, by the instructions that a processor has for it. One of them
 * waits for the one before it most of the time, if it is of the same message: two messages take
 * little longer than one.
 */
#ifndef RS_SHA256_PAIR_H
#define RS_SHA256_PAIR_H

#include "lib/base/sha256.h"

/* Whether the processor has these instructions. */
bool rs_sha256_pair_is_there(void);

/*
 * Takes blocks of 64 bytes in turn, the first into `even`, the next into `odd`, and so on: `count`
 * into each. Both have whole blocks before. Only where rs_sha256_pair_is_there.
 */
void rs_sha256_pair_update(rs_sha256 *even, rs_sha256 *odd, const uint8_t *blocks, size_t count);

#endif
