/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can keep a list from limiting a root that it names.
 */
#ifndef RS_ROOT_ADVICE_H
#define RS_ROOT_ADVICE_H

#include <openssl/x509.h>
#include <stdbool.h>

/*
 * Warns if the certificate of the file `path` is not a CA's, not self-signed or not valid now, and
 * of every CA certificate that it issued in the trust store, which programs may trust by itself.
 * `ca_file` is the trust store; NULL: the system's. Returns whether a certificate with the same key
 * is in it.
 */
bool rs_root_advice_print(const char *path, X509 *certificate, const char *ca_file);

#endif
