/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the verdict reads of an OpenSSL certificate, by OpenSSL's own accessors: nothing is judged
 * but what the application gets.
 */
#ifndef RS_CERTIFICATE_H
#define RS_CERTIFICATE_H

#include "lib/chain/openssl_table.h"
#include "lib/chain/scope.h"

/*
 * The parts of a certificate at a depth of a chain. The views live as long as the certificate.
 * A part that cannot be had is empty, which the verdict takes for malformed.
 */
void rs_certificate_read(const rs_openssl_table *ssl, const X509 *certificate, int depth,
                         rs_certificate *parts);

/*
 * Is it a CA's, with its own name as the issuer's (RFC 5280, 6.1: self-issued)? The end entity
 * above a proxy certificate may have its issuer's name, but is not a CA.
 */
bool rs_certificate_is_self_issued_ca(const rs_openssl_table *ssl, X509 *certificate);

/* Does it name itself as its issuer, and no key identifier says otherwise? As OpenSSL has it. */
bool rs_certificate_is_self_signed(const rs_openssl_table *ssl, X509 *certificate);

/* Does the key of `issuer` verify the signature? False also if OpenSSL cannot read the key. */
bool rs_certificate_is_signed_by(const rs_openssl_table *ssl, X509 *certificate,
                                 const X509 *issuer);

/*
 * Encodings that OpenSSL makes: of the whole certificate, and of its SubjectPublicKeyInfo. Free
 * them with rs_encoding_free. Empty if there is no memory or it cannot be encoded.
 */
rs_bytes rs_encoding_of_certificate(const rs_openssl_table *ssl, const X509 *certificate);
rs_bytes rs_encoding_of_key(const rs_openssl_table *ssl, const X509 *certificate);
void rs_encoding_free(const rs_openssl_table *ssl, rs_bytes encoding);

#endif
