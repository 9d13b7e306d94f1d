/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A nameConstraints extension from the lines that extension.h writes.
 */
#ifndef RS_EXTENSION_OBJECT_H
#define RS_EXTENSION_OBJECT_H

#include <openssl/x509.h>
#include <stddef.h>

/*
 * Returns the extension, which the caller frees with X509_EXTENSION_free; NULL if the lines have
 * none, or none that OpenSSL can make.
 */
X509_EXTENSION *rs_extension_object_make(const char *lines, size_t size);

#endif
