/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stanzas of a list as extensions, each made once however many roots share it.
 */
#ifndef RS_BUNDLE_CONSTRAINTS_H
#define RS_BUNDLE_CONSTRAINTS_H

#include "lib/base/arena.h"
#include "lib/image/image.h"

#include <openssl/x509.h>

enum { RS_CONSTRAINTS_UNSAID_MAX = 16 };

typedef struct rs_constraints {
    bool is_good;              /* false: OpenSSL cannot, or the stanza cannot be read */
    X509_EXTENSION *extension; /* NULL: the stanza constrains nothing that an extension can say */
    /* Kinds of what the extension does not say, fit for a terminal. */
    const char *unsaid[RS_CONSTRAINTS_UNSAID_MAX];
    size_t unsaid_count;
} rs_constraints;

/* All zero, but for the image, is empty. */
typedef struct rs_constraints_cache {
    const rs_image *image;
    rs_arena arena;
    rs_constraints **made; /* one for each stanza; NULL: not yet */
} rs_constraints_cache;

/* Lives until the cache is cleared. Exits if there is no memory. */
const rs_constraints *rs_constraints_get0(rs_constraints_cache *cache, uint32_t stanza);

void rs_constraints_clear(rs_constraints_cache *cache);

#endif
