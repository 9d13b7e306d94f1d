/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A digest for large inputs, as hard to forge as SHA-256, and twice as fast where the processor has
 * instructions for SHA-256. The input is cut into blocks of 64 bytes, the last of which may be
 * shorter. The digest is SHA-256 of two values of SHA-256: that of blocks 0, 2, 4, …, and that of
 * blocks 1, 3, 5, …
 */
#ifndef RS_STRIPED_SHA256_H
#define RS_STRIPED_SHA256_H

#include "lib/base/bytes.h"
#include "lib/base/sha256.h"

/* By what the two are computed. The digest is the same. */
typedef enum rs_striped_sha256_means {
    RS_STRIPED_SHA256_BEST,    /* both at once, if the processor can */
    RS_STRIPED_SHA256_OPENSSL, /* one after the other */
} rs_striped_sha256_means;

typedef struct rs_striped_sha256 rs_striped_sha256;

/* NULL: there is no memory, or OpenSSL has no SHA-256. For one thread at a time. */
rs_striped_sha256 *rs_striped_sha256_new(rs_striped_sha256_means means);
void rs_striped_sha256_free(rs_striped_sha256 *hash);

/* Begins anew; needed before the first update, and once more after rs_striped_sha256_final. */
void rs_striped_sha256_begin(rs_striped_sha256 *hash);
void rs_striped_sha256_update(rs_striped_sha256 *hash, rs_bytes data);

/* False, with the digest unset, if OpenSSL failed since the begin. */
bool rs_striped_sha256_final(rs_striped_sha256 *hash, uint8_t digest[RS_SHA256_SIZE]);

#endif
