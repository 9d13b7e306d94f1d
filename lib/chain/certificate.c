/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/chain/certificate.h"

#include <openssl/x509v3.h>

/* The extensions that the verdict depends on have OIDs of three octets: 2.5.29.N. */
#define CE_ARC "\x55\x1d"
enum {
    CE_SUBJECT_ALT_NAME = 17,
    CE_BASIC_CONSTRAINTS = 19,
    CE_EXTENDED_KEY_USAGE = 37,
};

/* The DER of a Name, which OpenSSL keeps; empty if it cannot be had. */
__attribute__((hot)) static rs_bytes name_der(const rs_openssl_table *ssl, const X509_NAME *name)
{
    const unsigned char *der = NULL;
    size_t size = 0;
    if (name == NULL || !ssl->X509_NAME_get0_der(name, &der, &size))
        return rs_bytes_make(NULL, 0);
    return rs_bytes_make(der, size);
}

static rs_bytes string_bytes(const rs_openssl_table *ssl, const ASN1_STRING *string)
{
    return rs_bytes_make(ssl->ASN1_STRING_get0_data(string),
                         (size_t)ssl->ASN1_STRING_length(string));
}

/* Where an extension is noted that the verdict depends on; NULL: any other. */
static rs_extension *place_of_extension(rs_certificate *parts, const uint8_t *oid, size_t size)
{
    if (size != 3 || memcmp(oid, CE_ARC, 2) != 0)
        return NULL;
    switch (oid[2]) {
    case CE_SUBJECT_ALT_NAME:
        return &parts->subject_alt_name;
    case CE_BASIC_CONSTRAINTS:
        return &parts->basic_constraints;
    case CE_EXTENDED_KEY_USAGE:
        return &parts->extended_key_usage;
    default:
        return NULL;
    }
}

static void read_extension(const rs_openssl_table *ssl, const X509_EXTENSION *extension,
                           rs_certificate *parts)
{
    const ASN1_OBJECT *type = ssl->X509_EXTENSION_get_object(extension);
    rs_extension *place =
        place_of_extension(parts, ssl->OBJ_get0_data(type), ssl->OBJ_length(type));
    if (place != NULL && place->count++ == 0)
        place->value = string_bytes(ssl, ssl->X509_EXTENSION_get_data(extension));
}

void rs_certificate_read(const rs_openssl_table *ssl, const X509 *certificate, int depth,
                         rs_certificate *parts)
{
    *parts = (rs_certificate){.is_issuer = depth > 0};
    parts->subject = name_der(ssl, ssl->X509_get_subject_name(certificate));
    const STACK_OF(X509_EXTENSION) *extensions = ssl->X509_get0_extensions(certificate);
    int count = ssl->OPENSSL_sk_num(extensions);
    for (int i = 0; i < count; i++)
        read_extension(ssl, ssl->OPENSSL_sk_value(extensions, i), parts);
}

bool rs_certificate_is_self_issued_ca(const rs_openssl_table *ssl, X509 *certificate)
{
    /* OpenSSL's flag costs less, but names that differ in case are equal to it. */
    const uint32_t wanted = EXFLAG_CA | EXFLAG_SI;
    if ((ssl->X509_get_extension_flags(certificate) & wanted) != wanted)
        return false;
    rs_bytes subject = name_der(ssl, ssl->X509_get_subject_name(certificate));
    rs_bytes issuer = name_der(ssl, ssl->X509_get_issuer_name(certificate));
    return subject.n > 0 && rs_bytes_equal(subject, issuer);
}

bool rs_certificate_is_self_signed(const rs_openssl_table *ssl, X509 *certificate)
{
    return (ssl->X509_get_extension_flags(certificate) & EXFLAG_SS) != 0;
}

bool rs_certificate_is_signed_by(const rs_openssl_table *ssl, X509 *certificate, const X509 *issuer)
{
    ssl->ERR_set_mark();
    EVP_PKEY *key = ssl->X509_get0_pubkey(issuer);
    bool signed_by = key != NULL && ssl->X509_verify(certificate, key) == 1;
    ssl->ERR_pop_to_mark();
    return signed_by;
}

static rs_bytes encoding_make(const unsigned char *der, int size)
{
    return size > 0 && der != NULL ? rs_bytes_make(der, (size_t)size) : rs_bytes_make(NULL, 0);
}

rs_bytes rs_encoding_of_certificate(const rs_openssl_table *ssl, const X509 *certificate)
{
    unsigned char *der = NULL;
    ssl->ERR_set_mark();
    int size = ssl->i2d_X509(certificate, &der);
    ssl->ERR_pop_to_mark();
    return encoding_make(der, size);
}

rs_bytes rs_encoding_of_key(const rs_openssl_table *ssl, const X509 *certificate)
{
    unsigned char *der = NULL;
    ssl->ERR_set_mark();
    int size = ssl->i2d_X509_PUBKEY(ssl->X509_get_X509_PUBKEY(certificate), &der);
    ssl->ERR_pop_to_mark();
    return encoding_make(der, size);
}

void rs_encoding_free(const rs_openssl_table *ssl, rs_bytes encoding)
{
    /* The view is const; the memory is ours. */
    if (encoding.p != NULL)
        ssl->CRYPTO_free((void *)(uintptr_t)encoding.p, __FILE__, __LINE__);
}
