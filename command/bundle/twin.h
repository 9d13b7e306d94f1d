/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The constrained twin of a root: the same subject and key, issued by a super-root, with name
 * constraints.
 */
#ifndef RS_TWIN_H
#define RS_TWIN_H

#include "command/bundle/super_root.h"

typedef enum rs_twin_status {
    RS_TWIN_FAILED = 0, /* OpenSSL cannot */
    RS_TWIN_MADE,
    RS_TWIN_CONSTRAINED, /* the root has name constraints, and no certificate has two */
    RS_TWIN_NO_CA,       /* the certificate is not a CA's: it vouches for itself only */
} rs_twin_status;

/*
 * Makes the twin; `*twin`, for RS_TWIN_MADE, is freed with X509_free.
 *
 * Subject, key, dates, subject key identifier, basic constraints, key usage and extended key usage
 * are the root's, byte for byte; other extensions are not taken over. A root without basic
 * constraints gets them: its twin is not a root any more, and would not be taken for a CA. The
 * serial number is made from the hash of the root, so that no two twins have the same.
 */
rs_twin_status rs_twin_make(const X509 *root, const X509_EXTENSION *constraints,
                            rs_super_root *super, X509 **twin);

#endif
