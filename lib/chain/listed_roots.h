/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which listed roots a chain has, and where: among its certificates, and in the trust store above
 * a top that is not self-signed.
 */
#ifndef RS_LISTED_ROOTS_H
#define RS_LISTED_ROOTS_H

#include "lib/chain/key_cache.h"
#include "lib/image/image.h"

/*
 * Different roots in one chain. No honest chain has as many; anybody can make one that has the
 * keys of all listed roots, and the names below would be judged for each.
 */
#define RS_LISTED_ROOTS_MAX 8

typedef struct rs_listed_root {
    uint32_t root; /* index in the image */
    uint32_t stanza;
    int depth; /* the highest at which it stands; the chain's length: in the store, above */
} rs_listed_root;

typedef struct rs_listed_roots {
    unsigned count;
    rs_listed_root items[RS_LISTED_ROOTS_MAX]; /* each root once, from the top down */
    bool too_many;                             /* there are more than are kept */
} rs_listed_roots;

/*
 * Adds what a certificate at a depth is listed as; to be called from the top down. A certificate
 * that is listed by key and by itself under one stanza counts once.
 */
void rs_listed_roots_add(rs_listed_roots *roots, const rs_image *image, int depth,
                         const rs_listed_as *listed);

#endif
