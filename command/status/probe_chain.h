/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One verification as an application does it, to see what is in force in this process.
 */
#ifndef RS_PROBE_CHAIN_H
#define RS_PROBE_CHAIN_H

#include <openssl/x509.h>
#include <stdbool.h>
#include <stddef.h>

#define RS_PROBE_ERRORS_MAX 16

/* The errors that the verification reported, each once and in order. */
typedef struct rs_probe_errors {
    bool ran; /* false: OpenSSL could not even start; there are no errors then */
    size_t count;
    int codes[RS_PROBE_ERRORS_MAX];
} rs_probe_errors;

/* Verifies a leaf below an anchor, whatever their dates; every error is overridden. */
rs_probe_errors rs_probe_chain(X509 *leaf, X509 *anchor);

/* Whether one of them is what rootscope reports: 47, 48 or 53. */
bool rs_probe_is_refusal(const rs_probe_errors *errors);

#endif
