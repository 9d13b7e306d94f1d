/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates into a folder that programs read as a trust store: a PEM file for each, named by the
 * hash of its subject as OpenSSL looks for it.
 */
#ifndef RS_BUNDLE_FOLDER_H
#define RS_BUNDLE_FOLDER_H

#include <openssl/x509.h>
#include <stdbool.h>

/*
 * Writes a new folder beside `path` and puts it in its place at once. What is there must be a
 * folder with nothing but such files, and goes. Returns false after a message, with nothing
 * changed. A run that is killed may leave a hidden folder beside.
 */
bool rs_bundle_write_folder(const STACK_OF(X509) * certificates, const char *path);

#endif
