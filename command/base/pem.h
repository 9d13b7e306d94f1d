/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads certificates from PEM files.
 */
#ifndef RS_PEM_H
#define RS_PEM_H

#include <openssl/x509.h>

#define RS_PEM_REASON_SIZE 200 /* as rs_pem_read has it */

/*
 * Reads all certificates of a file, in order. `-` is standard input. Ignores other PEM blocks and
 * text between them. Returns NULL, and the reason in `why`, if there is none or one of them cannot
 * be read. The caller frees the stack with sk_X509_pop_free(stack, X509_free).
 */
STACK_OF(X509) * rs_pem_read_all(const char *path, char why[RS_PEM_REASON_SIZE]);

/* Reads a file with one certificate, in the same way. The caller frees it with X509_free. */
X509 *rs_pem_read_one(const char *path, char why[RS_PEM_REASON_SIZE]);

#endif
