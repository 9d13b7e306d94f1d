/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates in PEM files.
 */
#ifndef RS_PEM_H
#define RS_PEM_H

#include <openssl/x509.h>

#define RS_PEM_REASON_SIZE 200 /* as rs_pem_read has it */

/*
 * All certificates of a file, in order; `-` is standard input. Other PEM blocks and text between
 * them are passed over. NULL, and why, if there is none or one of them cannot be read.
 * The caller frees with sk_X509_pop_free(stack, X509_free).
 */
STACK_OF(X509) * rs_pem_read_all(const char *path, char why[RS_PEM_REASON_SIZE]);

/* The only certificate of a file; NULL, and why. The caller frees with X509_free. */
X509 *rs_pem_read_one(const char *path, char why[RS_PEM_REASON_SIZE]);

#endif
