/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256 (FIPS 180-4).
 *
 * Our own, because the module may link nothing but libc and may not call EVP: in a process whose
 * OpenSSL is half configured a fetch can fail, or recurse into the configuration that loads us.
 * Not constant-time; it hashes public keys and certificates only.
 */
#ifndef RS_SHA256_H
#define RS_SHA256_H

#include "lib/base/bytes.h"

#define RS_SHA256_SIZE 32

typedef struct rs_sha256 {
    uint32_t state[8];
    uint64_t length; /* bytes taken so far */
    uint8_t block[64];
} rs_sha256;

/*
 * Starts, takes in any number of pieces, and writes the hash of all of them. None of them fails or
 * takes memory. After the last one, start anew.
 */
void rs_sha256_init(rs_sha256 *hash);
void rs_sha256_update(rs_sha256 *hash, rs_bytes data);
void rs_sha256_final(rs_sha256 *hash, uint8_t digest[RS_SHA256_SIZE]);

/* What the standard calls K: for those who compute SHA-256 by other means. */
extern const uint32_t rs_sha256_round_constants[64];

/* The hash of one piece. */
void rs_sha256_digest(rs_bytes data, uint8_t digest[RS_SHA256_SIZE]);

#endif
