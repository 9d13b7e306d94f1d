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

/*
 * A search for a string that is not in one piece: start, add each piece, and ask. It needs no
 * buffer, whatever the string's length. What has been added so far may be asked for at any time:
 * so all prefixes of a string are looked up in one go.
 */
typedef struct rs_string_search {
    const rs_string_set *set;
    uint32_t low, high; /* the strings that start with what was added */
    size_t size;        /* of that */
} rs_string_search;

/* Nothing is added yet. The set must live as long as the search. */
rs_string_search rs_string_search_start(const rs_string_set *set);

/* Adds the next piece, which may go away afterwards. */
void rs_string_search_add(rs_string_search *search, rs_bytes piece);

/* The same, with the ASCII letters of the piece in lower case. */
void rs_string_search_add_lower(rs_string_search *search, rs_bytes piece);

/* Does the set have the string that was added? */
bool rs_string_search_found(const rs_string_search *search);

/* The string at an index below count, in ascending order. */
rs_bytes rs_string_set_at(const rs_string_set *set, uint32_t index);

/* Checks that the strings fill `bytes_size` one after another, and that they ascend strictly. */
bool rs_string_set_check(const rs_string_set *set, size_t bytes_size);

#endif
