/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For tests: keys, and certificates of any name, issuer and identifiers as DER.
 */
#ifndef RS_SURVEY_PKI_H
#define RS_SURVEY_PKI_H

#include "command/survey/attribution/attribution.h"
#include "tests/unit/certificates.h"

#include <CUnit/CUnit.h>

typedef struct wanted {
    const char *subject, *issuer; /* common names; the issuer's NULL: its own */
    EVP_PKEY *key, *signer;       /* the signer NULL: its own key */
    bool is_ca;
    const char *key_id, *authority_key_id; /* text; NULL: none */
    const char *alt_name;                  /* as in x509v3_config(5); NULL: none */
    const char *usage;                     /* keyUsage; NULL: none */
    const char *path_length;               /* ",pathlen:N"; NULL: none */
    int string_type;                       /* of common names; 0: UTF8String */
    const EVP_MD *digest;                  /* NULL: SHA-256 */
} wanted;

static inline X509_NAME *name_of(const char *cn, int string_type)
{
    X509_NAME *name = made(X509_NAME_new());
    done(X509_NAME_add_entry_by_NID(name, NID_commonName,
                                    string_type == 0 ? V_ASN1_UTF8STRING : string_type,
                                    (const unsigned char *)cn, -1, -1, 0));
    return name;
}

static inline void add_value(X509 *certificate, int nid, void *value)
{
    done(X509_add1_ext_i2d(certificate, nid, value, 0, X509V3_ADD_APPEND));
}

static inline void add_key_ids(X509 *certificate, const wanted *w)
{
    if (w->key_id != NULL) {
        ASN1_OCTET_STRING *id = made(ASN1_OCTET_STRING_new());
        done(ASN1_OCTET_STRING_set(id, (const unsigned char *)w->key_id, -1));
        add_value(certificate, NID_subject_key_identifier, id);
        ASN1_OCTET_STRING_free(id);
    }
    if (w->authority_key_id != NULL) {
        AUTHORITY_KEYID *id = made(AUTHORITY_KEYID_new());
        id->keyid = made(ASN1_OCTET_STRING_new());
        done(ASN1_OCTET_STRING_set(id->keyid, (const unsigned char *)w->authority_key_id, -1));
        add_value(certificate, NID_authority_key_identifier, id);
        AUTHORITY_KEYID_free(id);
    }
}

static inline X509 *new_x509(const wanted *w)
{
    static long serial;
    X509 *certificate = made(X509_new());
    X509_NAME *subject = name_of(w->subject, w->string_type);
    X509_NAME *issuer = name_of(w->issuer == NULL ? w->subject : w->issuer, w->string_type);
    done(X509_set_version(certificate, X509_VERSION_3));
    done(ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial));
    done(ASN1_TIME_set_string(X509_getm_notBefore(certificate), "20250402010203Z"));
    done(ASN1_TIME_set_string(X509_getm_notAfter(certificate), "20350402010203Z"));
    done(X509_set_subject_name(certificate, subject));
    done(X509_set_issuer_name(certificate, issuer));
    done(X509_set_pubkey(certificate, w->key));
    if (w->is_ca) {
        char constraints[64];
        snprintf(constraints, sizeof constraints, "critical,CA:TRUE%s",
                 w->path_length == NULL ? "" : w->path_length);
        add_extension(certificate, NID_basic_constraints, constraints);
    }
    add_extension(certificate, NID_key_usage, w->usage);
    add_extension(certificate, NID_subject_alt_name, w->alt_name);
    add_key_ids(certificate, w);
    const EVP_MD *digest = EVP_PKEY_is_a(w->key, "ED25519") ? NULL
                           : w->digest != NULL              ? w->digest
                                                            : EVP_sha256();
    done(X509_sign(certificate, w->signer == NULL ? w->key : w->signer, digest) > 0);
    X509_NAME_free(subject);
    X509_NAME_free(issuer);
    return certificate;
}

/* The caller frees it. */
static inline rs_bytes der_of(const X509 *certificate)
{
    unsigned char *der = NULL;
    int size = i2d_X509(certificate, &der);
    done(size > 0);
    return rs_bytes_make(der, (size_t)size);
}

static inline rs_bytes new_der(wanted w)
{
    X509 *certificate = new_x509(&w);
    rs_bytes der = der_of(certificate);
    X509_free(certificate);
    return der;
}

static inline void der_free(rs_bytes der)
{
    OPENSSL_free((void *)(uintptr_t)der.p);
}

/* The node of a certificate; NULL: the pool does not have it. */
static inline const rs_ca_node *node_of(rs_ca_pool *pool, rs_bytes der)
{
    uint8_t fingerprint[RS_SHA256_SIZE];
    rs_sha256_digest(der, fingerprint);
    return rs_ca_pool_find_certificate(pool, fingerprint);
}

/* Adds a certificate; returns its node, which is there then. */
static inline const rs_ca_node *added(rs_ca_pool *pool, rs_ca_source source, wanted w)
{
    rs_bytes der = new_der(w);
    rs_ca_added result = rs_ca_pool_add(pool, der, source);
    CU_ASSERT_EQUAL(result, RS_CA_ADDED);
    const rs_ca_node *node = node_of(pool, der);
    der_free(der);
    return made((void *)(uintptr_t)node);
}

#endif
