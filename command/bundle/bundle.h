/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A trust store in which the roots of a list are limited by name constraints, for programs that
 * know nothing of the list.
 */
#ifndef RS_BUNDLE_H
#define RS_BUNDLE_H

#include "lib/image/image.h"

#include <openssl/x509.h>

typedef struct rs_bundle {
    STACK_OF(X509) * certificates; /* the super-root first, if it issued any */
    bool is_partial;               /* it says less than the list, or leaves something out */
} rs_bundle;

/*
 * Makes the bundle of the certificates of a store, in their order. The roots whose stanza the list
 * enforces, and the unlisted ones if it has a default stanza, become twins (twin.h), with a
 * super-root to issue them. All others stay as they are. One that cannot be limited though it must
 * is left out, or stays, too, if `has_all`.
 *
 * Warnings on standard error tell which roots stay or are left out in spite of a stanza, and what
 * the constraints cannot say. `now`: seconds since 1970 UTC. Returns false after an error message.
 * Else, rs_bundle_clear it. Exits if there is no memory.
 */
bool rs_bundle_make(const rs_image *image, const STACK_OF(X509) * store, int64_t now, bool has_all,
                    rs_bundle *bundle);

void rs_bundle_clear(rs_bundle *bundle);

#endif
