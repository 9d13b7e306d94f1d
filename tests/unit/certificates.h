/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates for tests, made with OpenSSL's own functions. A step that fails ends the program.
 */
#ifndef RS_TEST_CERTIFICATES_H
#define RS_TEST_CERTIFICATES_H

#include "lib/base/sha256.h"
#include "lib/chain/openssl_linked.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>

static inline void *made(void *object)
{
    if (object == NULL)
        abort();
    return object;
}

static inline void done(int ok)
{
    if (ok != 1)
        abort();
}

static inline EVP_PKEY *new_key(void)
{
    return made(EVP_EC_gen("P-256"));
}

/* What is to be made; an extension that is NULL is left out. */
typedef struct wanted_certificate {
    const char *cn;
    X509 *issuer; /* NULL: itself */
    EVP_PKEY *key, *issuer_key;
    const char *alt_name, *constraints, *usage; /* as in x509v3_config(5) */
} wanted_certificate;

static inline void add_extension(X509 *certificate, int nid, const char *value)
{
    if (value == NULL)
        return;
    X509_EXTENSION *extension = made(X509V3_EXT_conf_nid(NULL, NULL, nid, value));
    done(X509_add_ext(certificate, extension, -1));
    X509_EXTENSION_free(extension);
}

static inline X509 *new_certificate(const wanted_certificate *wanted)
{
    X509 *certificate = made(X509_new());
    X509_NAME *name = made(X509_NAME_new());
    done(X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8,
                                    (const unsigned char *)wanted->cn, -1, -1, 0));
    done(X509_set_version(certificate, X509_VERSION_3));
    done(ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1));
    X509_gmtime_adj(X509_getm_notBefore(certificate), -60);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    done(X509_set_subject_name(certificate, name));
    const X509 *issuer = wanted->issuer != NULL ? wanted->issuer : certificate;
    done(X509_set_issuer_name(certificate, X509_get_subject_name(issuer)));
    done(X509_set_pubkey(certificate, wanted->key));
    add_extension(certificate, NID_basic_constraints, wanted->constraints);
    add_extension(certificate, NID_ext_key_usage, wanted->usage);
    add_extension(certificate, NID_subject_alt_name, wanted->alt_name);
    EVP_PKEY *signer = wanted->issuer_key != NULL ? wanted->issuer_key : wanted->key;
    done(X509_sign(certificate, signer, EVP_sha256()) > 0);
    X509_NAME_free(name);
    return certificate;
}

static inline void hex_put(const uint8_t sha256[RS_SHA256_SIZE], char hex[2 * RS_SHA256_SIZE + 1])
{
    for (size_t i = 0; i < RS_SHA256_SIZE; i++)
        snprintf(hex + 2 * i, 3, "%02x", sha256[i]);
}

/* The hashes by which a list names it, in hexadecimal, by OpenSSL's own means. */
typedef struct certificate_hashes {
    char spki[2 * RS_SHA256_SIZE + 1], certificate[2 * RS_SHA256_SIZE + 1];
} certificate_hashes;

static inline certificate_hashes hashes_of(X509 *certificate)
{
    certificate_hashes hashes;
    uint8_t sha256[RS_SHA256_SIZE];
    unsigned char *der = NULL;
    int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
    done(size > 0);
    SHA256(der, (size_t)size, sha256);
    OPENSSL_free(der);
    hex_put(sha256, hashes.spki);
    done(X509_digest(certificate, EVP_sha256(), sha256, NULL));
    hex_put(sha256, hashes.certificate);
    return hashes;
}

#endif
