/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is a CA certificate a root of the list? By the SHA-256 of its key and, if the list has such
 * roots, of the whole certificate; what was found is remembered in a key cache.
 */
#ifndef RS_TRUST_ANCHOR_H
#define RS_TRUST_ANCHOR_H

#include "lib/chain/key_cache.h"
#include "lib/chain/openssl_table.h"
#include "lib/image/image.h"

/*
 * The hash by which a list of this kind names a certificate. False if there is no memory or the
 * certificate cannot be encoded.
 */
bool rs_trust_anchor_hash(const rs_openssl_table *ssl, const X509 *certificate, rs_root_kind kind,
                          uint8_t sha256[RS_SHA256_SIZE]);

/*
 * Finds the roots of the image that a certificate is. `*uncached` becomes true if the cache
 * (NULL: none) could have answered but did not know; else it is left alone.
 * False if it could not be told, as rs_trust_anchor_hash: the caller must deny.
 */
bool rs_trust_anchor_find(const rs_openssl_table *ssl, const rs_image *image,
                          const rs_key_cache *cache, const X509 *certificate, rs_listed_as *listed,
                          bool *uncached);

/* Puts what rs_trust_anchor_find finds into the cache; does nothing if that is not possible. */
void rs_trust_anchor_remember(const rs_openssl_table *ssl, const rs_image *image,
                              rs_key_cache *cache, const X509 *certificate);

#endif
