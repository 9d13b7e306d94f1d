/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A range of addresses cut into blocks, each an address and a prefix.
 */
#ifndef RS_IP_BLOCK_H
#define RS_IP_BLOCK_H

#include "lib/base/bytes.h"

/*
 * The shortest prefix for which the block that starts at `first` ends at or before `last`: host
 * bits of `first` are all 0, and `last` is no smaller than with all of them 1.
 */
unsigned rs_ip_block_prefix(const uint8_t *first, const uint8_t *last, unsigned width);

/* Moves `octets` to the address after its block; false if there is none. */
bool rs_ip_block_next(uint8_t *octets, unsigned prefix);

#endif
