/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads certificates from files of every form: PEM (BEGIN TRUSTED CERTIFICATE too), DER, PKCS #7.
 */
#ifndef RS_CERT_FILE_H
#define RS_CERT_FILE_H

#include "lib/base/bytes.h"

#include <openssl/x509.h>

#define RS_CERT_FILE_REASON_SIZE 200 /* as rs_pem_read of lib/compiler/root_line.h has it */

/*
 * Reads all certificates of a file, in order. The path may lead to a FIFO; `-` is standard input.
 * Other PEM blocks, and text between them, are ignored. Returns NULL if there is no certificate or
 * one of them cannot be read. `why` then says what is wrong, what the file has instead, and what to
 * do. The caller frees the stack with sk_X509_pop_free(stack, X509_free).
 */
STACK_OF(X509) * rs_cert_file_read_all(const char *path, char why[RS_CERT_FILE_REASON_SIZE]);

/*
 * Reads those of a file that was found in a folder: NULL, without a reason, for whatever has none.
 * Nobody may ever write to a FIFO that lies there, so it is not waited for.
 */
STACK_OF(X509) * rs_cert_file_read_found(const char *path);

/* The same for what a file has, at most INT_MAX bytes. */
STACK_OF(X509) * rs_cert_file_read_bytes(rs_bytes file, char why[RS_CERT_FILE_REASON_SIZE]);

/* Reads a file with one certificate, in the same way. The caller frees it with X509_free. */
X509 *rs_cert_file_read_one(const char *path, char why[RS_CERT_FILE_REASON_SIZE]);

/*
 * The same for a file that has more beside it: returns its only certificate, or its only root (a
 * self-signed CA certificate) if there are several. The same root twice counts once.
 */
X509 *rs_cert_file_read_root(const char *path, char why[RS_CERT_FILE_REASON_SIZE]);

#endif
