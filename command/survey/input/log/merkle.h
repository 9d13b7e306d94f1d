/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hash tree of RFC 6962, section 2.1.
 */
#ifndef RS_SURVEY_MERKLE_H
#define RS_SURVEY_MERKLE_H

#include "lib/base/sha256.h"

typedef struct rs_merkle_hash {
    uint8_t octets[RS_SHA256_SIZE];
} rs_merkle_hash;

/* Of an entry: the TimestampedEntry that rs_tile_next gives. */
rs_merkle_hash rs_merkle_leaf(rs_bytes timestamped_entry);

/* Of two subtrees. */
rs_merkle_hash rs_merkle_node(const rs_merkle_hash *left, const rs_merkle_hash *right);

/*
 * Of the tree over `count` hashes of subtrees, from 1 on, all of the same size, which is a power of
 * two. The hashes are spoilt.
 */
rs_merkle_hash rs_merkle_root(rs_merkle_hash *hashes, size_t count);

bool rs_merkle_equal(const rs_merkle_hash *a, const rs_merkle_hash *b);

#endif
