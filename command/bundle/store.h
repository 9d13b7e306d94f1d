/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The trust store that a bundle is made of.
 */
#ifndef RS_BUNDLE_STORE_H
#define RS_BUNDLE_STORE_H

#include <openssl/x509.h>

/*
 * Reads a file of certificates, or the files of a folder in the order of their names; `path` NULL:
 * the system's trust store. Each certificate comes once. What a program would not trust
 * (`BEGIN TRUSTED CERTIFICATE` with uses that are rejected), and files of a folder that have no
 * certificate, are left out, after a warning. Returns NULL, after a message, if no certificate is
 * left. The caller frees the stack with sk_X509_pop_free(stack, X509_free).
 */
STACK_OF(X509) * rs_bundle_store_read(const char *path);

#endif
