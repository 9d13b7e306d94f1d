/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sorted set of disjoint address ranges in the compiled list, all of one family.
 */
#ifndef RS_RANGE_SET_H
#define RS_RANGE_SET_H

#include "lib/names/ip_address.h"

/* A view of one set in a checked image; all zero is the empty set. */
typedef struct rs_range_set {
    const uint8_t *ranges; /* count pairs of first and last address, in network order */
    uint32_t count;
    uint8_t width; /* octets of an address: 4 or 16 */
} rs_range_set;

/* Binary search. `address` must be of the set's family: address->length == set->width. */
bool rs_range_set_has(const rs_range_set *set, const rs_ip_address *address);

/* Does it have every address of its family? */
bool rs_range_set_is_all(const rs_range_set *set);

/* Checks that each range is in order, and all ascend without touching. */
bool rs_range_set_check(const rs_range_set *set);

#endif
