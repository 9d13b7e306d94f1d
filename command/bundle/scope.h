/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which stanza of a list a certificate of the trust store falls under.
 */
#ifndef RS_BUNDLE_SCOPE_H
#define RS_BUNDLE_SCOPE_H

#include "lib/image/image.h"

#include <openssl/x509.h>

typedef enum rs_bundle_finding {
    RS_BUNDLE_UNKNOWN = 0, /* the look-up failed, or there was no memory */
    RS_BUNDLE_FREE,        /* not listed, and the list has no default */
    RS_BUNDLE_ENFORCED,    /* one stanza, whose mode is enforce */
    RS_BUNDLE_LENIENT,     /* one or two, whose modes are not */
    RS_BUNDLE_TWICE,       /* two stanzas that both enforce: by its key and by itself */
} rs_bundle_finding;

typedef struct rs_bundle_scope {
    rs_bundle_finding finding;
    uint32_t stanza; /* of ENFORCED and LENIENT */
    rs_mode mode;    /* of the same */
    bool is_default; /* it is the default stanza */
    rs_bytes label;  /* in the list, of the image; may be empty */
} rs_bundle_scope;

/*
 * An issuing CA in the store, itself not listed, falls under the stanza of the root that issued it:
 * else it would be a way around the root's scope. `now`: seconds since 1970 UTC.
 */
rs_bundle_scope rs_bundle_scope_of(const rs_image *image, const STACK_OF(X509) * store,
                                   X509 *certificate, int64_t now);

#endif
