/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A sorted set of byte strings in the compiled list: names that are compared whole (mailboxes,
 * common names, organisations, OIDs, canonical distinguished names).
 */
#ifndef RS_STRING_SET_H
#define RS_STRING_SET_H

#include "lib/base/bytes.h"

/* A view of one set in a checked image; all zero is the empty set. */
typedef struct rs_string_set {
    const uint8_t *index; /* count pairs of little-endian 32-bit offset and length */
    const uint8_t *bytes;
    uint32_t count;
} rs_string_set;

/* Binary search by rs_bytes_compare. */
bool rs_string_set_has(const rs_string_set *set, rs_bytes string);

/* The string at an index below count, in ascending order. */
rs_bytes rs_string_set_at(const rs_string_set *set, uint32_t index);

/* Checks that the strings fill `bytes_size` one after another, and that they ascend strictly. */
bool rs_string_set_check(const rs_string_set *set, size_t bytes_size);

#endif
