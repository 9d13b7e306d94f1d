/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For tests: a root, an intermediate and leaves below it, issued in memory.
 */
#ifndef RS_ISSUED_H
#define RS_ISSUED_H

#include "lib/chain/openssl_linked.h"
#include "lib/chain/trust_anchor.h"

#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct issued {
    X509 *certificate;
    EVP_PKEY *key;
} issued;

/* A step of OpenSSL's that cannot fail in a test. */
static inline void must(bool done)
{
    if (!done)
        abort();
}

static inline void add_extension(X509 *certificate, int nid, const char *value)
{
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, nid, value);
    must(extension != NULL && X509_add_ext(certificate, extension, -1) == 1);
    X509_EXTENSION_free(extension);
}

/* A certificate for CN=`name`, a CA if `alt_names` is NULL; self-signed without an issuer. */
static inline issued issue(const char *name, const char *alt_names, const issued *issuer)
{
    issued made = {.certificate = X509_new(), .key = EVP_EC_gen("P-256")};
    X509 *certificate = made.certificate;
    X509_NAME *subject = X509_NAME_new();
    must(certificate != NULL && made.key != NULL && subject != NULL);
    must(X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, (const unsigned char *)name, -1,
                                    -1, 0) == 1);
    must(X509_set_version(certificate, X509_VERSION_3) == 1 &&
         ASN1_INTEGER_set(X509_get_serialNumber(certificate), rand() + 1L) == 1 &&
         X509_gmtime_adj(X509_getm_notBefore(certificate), -3600) != NULL &&
         X509_gmtime_adj(X509_getm_notAfter(certificate), 3600) != NULL &&
         X509_set_subject_name(certificate, subject) == 1 &&
         X509_set_pubkey(certificate, made.key) == 1);
    must(X509_set_issuer_name(certificate, issuer == NULL
                                               ? subject
                                               : X509_get_subject_name(issuer->certificate)) == 1);
    add_extension(certificate, NID_basic_constraints,
                  alt_names == NULL ? "critical,CA:TRUE" : "critical,CA:FALSE");
    if (alt_names != NULL && *alt_names != '\0')
        add_extension(certificate, NID_subject_alt_name, alt_names);
    must(X509_sign(certificate, issuer == NULL ? made.key : issuer->key, EVP_sha256()) > 0);
    X509_NAME_free(subject);
    return made;
}

static inline void issued_free(issued *made)
{
    X509_free(made->certificate);
    EVP_PKEY_free(made->key);
    *made = (issued){0};
}

/* `root spki-sha256:…` for a certificate, with the line's end; good until the next call. */
static inline const char *root_line(const issued *made)
{
    static char line[16 + 2 * RS_SHA256_SIZE + 4];
    uint8_t hash[RS_SHA256_SIZE];
    must(rs_trust_anchor_hash(rs_openssl_linked(), made->certificate, RS_ROOT_SPKI, hash));
    int n = sprintf(line, "root spki-sha256:");
    for (size_t i = 0; i < sizeof hash; i++)
        n += sprintf(line + n, "%02x", hash[i]);
    sprintf(line + n, "\n");
    return line;
}

#endif
