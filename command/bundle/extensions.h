/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Adds extensions to a certificate that is being made.
 */
#ifndef RS_BUNDLE_EXTENSIONS_H
#define RS_BUNDLE_EXTENSIONS_H

#include <openssl/x509v3.h>
#include <stdbool.h>

/*
 * `value` as in x509v3_config(5). `issuer`: of an authority key identifier, or NULL. Returns false
 * if OpenSSL cannot.
 */
bool rs_extensions_add(X509 *certificate, int nid, const char *value, X509 *issuer);

#endif
