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
 * The hash by which a list of this kind names a certificate; of a key in its standard spelling
 * (key_spelling.h). False if there is no memory, or it cannot be encoded or spelt so.
 */
bool rs_trust_anchor_hash(const rs_openssl_table *ssl, const X509 *certificate, rs_root_kind kind,
                          uint8_t sha256[RS_SHA256_SIZE]);

/*
 * Keys of one chain that are spelt otherwise and not remembered: to bring them to the standard
 * spelling costs, and anybody can make a chain of them.
 */
#define RS_RESPELT_MAX 8

/* The look-ups for one chain. The first three are the caller's to set, the others zero at first. */
typedef struct rs_anchor_search {
    const rs_openssl_table *openssl;
    const rs_image *image;
    rs_key_cache *cache; /* of the image; NULL: none */
    bool uncached;       /* the cache could have answered but did not know */
    bool lasting;        /* what was found last may be remembered, and was not yet */
    unsigned respelt;    /* keys so far that were spelt otherwise */
} rs_anchor_search;

/*
 * Finds the roots of the image that a certificate is. A key is looked for in its standard
 * spelling, and if that is not listed, as it is spelt.
 * False if it could not be told, as rs_trust_anchor_hash, or after RS_RESPELT_MAX: the caller must
 * deny.
 */
bool rs_trust_anchor_find(rs_anchor_search *search, const X509 *certificate, rs_listed_as *listed);

/*
 * Puts what rs_trust_anchor_find finds into the cache; does nothing if that is not possible.
 * `found`: what it found, where that was lasting; NULL: it is looked up again.
 */
void rs_trust_anchor_remember(rs_anchor_search *search, const X509 *certificate,
                              const rs_listed_as *found);

#endif
