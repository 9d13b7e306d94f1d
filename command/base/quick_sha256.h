/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256 by OpenSSL, which uses the processor's instructions for it: several times as fast as
 * lib/base/sha256.h, for large inputs.
 */
#ifndef RS_QUICK_SHA256_H
#define RS_QUICK_SHA256_H

#include "lib/base/bytes.h"
#include "lib/base/sha256.h"

typedef struct rs_quick_sha256 rs_quick_sha256;

/* NULL: there is no memory, or OpenSSL has no SHA-256. For one thread at a time. */
rs_quick_sha256 *rs_quick_sha256_new(void);
void rs_quick_sha256_free(rs_quick_sha256 *hash);

/* Begins anew; needed once more after each rs_quick_sha256_final. */
void rs_quick_sha256_begin(rs_quick_sha256 *hash);
void rs_quick_sha256_update(rs_quick_sha256 *hash, rs_bytes data);

/* False, with the digest unset, if OpenSSL failed since the begin. */
bool rs_quick_sha256_final(rs_quick_sha256 *hash, uint8_t digest[RS_SHA256_SIZE]);

#endif
