/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One key, one spelling. OpenSSL reads a public key in many: a compressed or hybrid point, a curve
 * by its parameters, RSA without NULL, with long lengths or as RSASSA-PSS. Whoever has a root's key
 * certified anew may choose; the list names one.
 */
#ifndef RS_KEY_SPELLING_H
#define RS_KEY_SPELLING_H

#include "lib/base/sha256.h"
#include "lib/chain/openssl_table.h"

typedef enum rs_key_spelling {
    RS_KEY_UNKNOWN = 0, /* it cannot be brought to the standard spelling; nothing is set */
    RS_KEY_STANDARD,    /* it is spelt so */
    RS_KEY_RESPELT,     /* it was spelt otherwise; to tell so took some microseconds */
    RS_KEY_UNREAD,      /* it stands for itself, as OpenSSL cannot read it; do not remember that */
} rs_key_spelling;

/*
 * SHA-256 of a certificate's key in the standard spelling of its SubjectPublicKeyInfo, in DER:
 *
 *   RSA        rsaEncryption with NULL, whatever the key may be used for
 *   EC         the name of the curve, and the uncompressed point
 *   all else   as OpenSSL writes the key; as it stands if OpenSSL cannot read it
 *
 * With `respell` false, a key that is spelt otherwise is unknown, which costs nothing.
 * `spki` is what OpenSSL's i2d_X509_PUBKEY makes of the certificate's. Unused bits at its end are
 * no part of a key and become none; `spki` is changed for that.
 */
rs_key_spelling rs_key_spelling_hash(const rs_openssl_table *ssl, const X509 *certificate,
                                     rs_bytes spki, bool respell, uint8_t sha256[RS_SHA256_SIZE]);

#endif
