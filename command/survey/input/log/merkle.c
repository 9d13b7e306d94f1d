/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/log/merkle.h"

rs_merkle_hash rs_merkle_leaf(rs_bytes timestamped_entry)
{
    /* What tells a leaf from a node; version 1 and the type of a MerkleTreeLeaf. */
    static const uint8_t before[] = {0, 0, 0};
    rs_merkle_hash hash;
    rs_sha256 sha;
    rs_sha256_init(&sha);
    rs_sha256_update(&sha, rs_bytes_make(before, sizeof before));
    rs_sha256_update(&sha, timestamped_entry);
    rs_sha256_final(&sha, hash.octets);
    return hash;
}

rs_merkle_hash rs_merkle_node(const rs_merkle_hash *left, const rs_merkle_hash *right)
{
    uint8_t text[1 + 2 * RS_SHA256_SIZE] = {1};
    rs_merkle_hash hash;
    memcpy(text + 1, left->octets, RS_SHA256_SIZE);
    memcpy(text + 1 + RS_SHA256_SIZE, right->octets, RS_SHA256_SIZE);
    rs_sha256_digest(rs_bytes_make(text, sizeof text), hash.octets);
    return hash;
}

/* Level by level: one that has no neighbour goes up as it is, which makes the left part whole. */
rs_merkle_hash rs_merkle_root(rs_merkle_hash *hashes, size_t count)
{
    while (count > 1) {
        for (size_t i = 0; i < count / 2; i++)
            hashes[i] = rs_merkle_node(&hashes[2 * i], &hashes[2 * i + 1]);
        if (count % 2 == 1)
            hashes[count / 2] = hashes[count - 1];
        count = count / 2 + count % 2;
    }
    return hashes[0];
}

bool rs_merkle_equal(const rs_merkle_hash *a, const rs_merkle_hash *b)
{
    return memcmp(a->octets, b->octets, sizeof a->octets) == 0;
}
