/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates into a file or a folder that programs read as a trust store.
 */
#ifndef RS_BUNDLE_WRITE_H
#define RS_BUNDLE_WRITE_H

#include <openssl/x509.h>
#include <stdbool.h>

/*
 * Writes one PEM file, replaced at once (output_file.h); `path` NULL: to standard output. Returns
 * false after a message, with nothing changed.
 */
bool rs_bundle_write_file(const STACK_OF(X509) * certificates, const char *path);

#endif
