/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a key signed a certificate. The common algorithms are verified without decoding the
 * certificate once more, which would take as long as a signature of RSA.
 */
#ifndef RS_SURVEY_SIGNATURE_H
#define RS_SURVEY_SIGNATURE_H

#include "command/survey/certificate/certificate.h"

#include <openssl/evp.h>

/* A context for one thread. */
typedef struct rs_signature_checker {
    EVP_MD_CTX *context;
} rs_signature_checker;

bool rs_signature_checker_init(rs_signature_checker *checker);
void rs_signature_checker_clear(rs_signature_checker *checker);

/*
 * Does `key` verify the signature of a certificate, whose DER is `der`? False also if OpenSSL does
 * not know the algorithm, or if the certificate names two. Leaves nothing in OpenSSL's errors.
 */
bool rs_signature_is_by(rs_signature_checker *checker, EVP_PKEY *key,
                        const rs_survey_certificate *certificate, rs_bytes der);

#endif
