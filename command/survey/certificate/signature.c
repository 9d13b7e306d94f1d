/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/certificate/signature.h"

#include <openssl/err.h>
#include <openssl/x509.h>

/* AlgorithmIdentifiers as nearly all certificates have them, in DER. */
#define PKCS1(last) RS_BYTES_OF_LITERAL("0\x0d\x06\x09*\x86H\x86\xf7\x0d\x01\x01" last "\x05\0")
#define ECDSA(last) RS_BYTES_OF_LITERAL("0\x0a\x06\x08*\x86H\xce=\x04\x03" last)
#define ED25519     RS_BYTES_OF_LITERAL("0\x05\x06\x03+ep")

typedef struct algorithm {
    const char *key;           /* of this type */
    const EVP_MD *(*md)(void); /* NULL: it has its own */
} algorithm;

static bool is_one_of(rs_bytes der, algorithm *found)
{
    const struct {
        rs_bytes der;
        algorithm algorithm;
    } known[] = {
        {PKCS1("\x0b"), {"RSA", EVP_sha256}}, {PKCS1("\x0c"), {"RSA", EVP_sha384}},
        {PKCS1("\x0d"), {"RSA", EVP_sha512}}, {PKCS1("\x05"), {"RSA", EVP_sha1}},
        {ECDSA("\x02"), {"EC", EVP_sha256}},  {ECDSA("\x03"), {"EC", EVP_sha384}},
        {ECDSA("\x04"), {"EC", EVP_sha512}},  {ED25519, {"ED25519", NULL}},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (rs_bytes_equal(der, known[i].der)) {
            *found = known[i].algorithm;
            return true;
        }
    return false;
}

bool rs_signature_checker_init(rs_signature_checker *checker)
{
    checker->context = EVP_MD_CTX_new();
    return checker->context != NULL;
}

void rs_signature_checker_clear(rs_signature_checker *checker)
{
    EVP_MD_CTX_free(checker->context);
    checker->context = NULL;
}

static bool verify(EVP_MD_CTX *context, const algorithm *how, EVP_PKEY *key,
                   const rs_survey_certificate *certificate)
{
    EVP_MD_CTX_reset(context);
    return EVP_PKEY_is_a(key, how->key) == 1 &&
           EVP_DigestVerifyInit(context, NULL, how->md == NULL ? NULL : how->md(), NULL, key) ==
               1 &&
           EVP_DigestVerify(context, certificate->signature.p, certificate->signature.n,
                            certificate->tbs.p, certificate->tbs.n) == 1;
}

/* RSA-PSS, and whatever else there is. */
static bool verify_decoded(EVP_PKEY *key, rs_bytes der)
{
    const unsigned char *p = der.p;
    X509 *decoded = d2i_X509(NULL, &p, (long)der.n);
    bool good = decoded != NULL && X509_verify(decoded, key) == 1;
    X509_free(decoded);
    return good;
}

bool rs_signature_is_by(rs_signature_checker *checker, EVP_PKEY *key,
                        const rs_survey_certificate *certificate, rs_bytes der)
{
    algorithm how;
    if (!rs_bytes_equal(certificate->signed_algorithm, certificate->algorithm))
        return false;
    ERR_set_mark();
    bool good = is_one_of(certificate->algorithm, &how)
                    ? verify(checker->context, &how, key, certificate)
                    : verify_decoded(key, der);
    ERR_pop_to_mark();
    return good;
}
