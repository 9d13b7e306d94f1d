/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hashes by which a list names a root.
 */
#ifndef RS_ROOT_HASHES_H
#define RS_ROOT_HASHES_H

#include "lib/compiler/list.h"

#include <openssl/x509.h>
#include <stdbool.h>

typedef struct rs_root_hashes {
    uint8_t spki_sha256[RS_SHA256_SIZE], certificate_sha256[RS_SHA256_SIZE];
} rs_root_hashes;

/* Computes both hashes of a certificate. Returns false if it cannot be encoded. */
bool rs_root_hashes_of(const X509 *certificate, rs_root_hashes *hashes);

/* Whether a list's line for a root names a certificate, by its key or by itself. */
bool rs_root_hashes_match(const rs_list_root *root, const X509 *certificate);

/* A rs_pem_read of lib/compiler/root_line.h: the hashes of the only certificate of a PEM file. */
bool rs_root_hashes_read(void *unused, const char *path, uint8_t spki_sha256[RS_SHA256_SIZE],
                         uint8_t certificate_sha256[RS_SHA256_SIZE], char *why);

#endif
