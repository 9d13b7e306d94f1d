/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/chain/trust_anchor.h"

#include "lib/chain/certificate.h"
#include "lib/names/der.h"

#include <openssl/asn1.h>

static rs_bytes encoding_of(const rs_openssl_table *ssl, const X509 *certificate, rs_root_kind kind)
{
    return kind == RS_ROOT_CERTIFICATE ? rs_encoding_of_certificate(ssl, certificate)
                                       : rs_encoding_of_key(ssl, certificate);
}

bool rs_trust_anchor_hash(const rs_openssl_table *ssl, const X509 *certificate, rs_root_kind kind,
                          uint8_t sha256[RS_SHA256_SIZE])
{
    rs_bytes encoding = encoding_of(ssl, certificate, kind);
    if (encoding.n == 0)
        return false;
    rs_sha256_digest(encoding, sha256);
    rs_encoding_free(ssl, encoding);
    return true;
}

/*
 * The parts of an algorithm's parameters as OpenSSL holds them. False for types that no key
 * algorithm in use has; such a key is hashed each time.
 */
static bool parameter_part(const rs_openssl_table *ssl, int type, const void *value, rs_bytes *part)
{
    switch (type) {
    case V_ASN1_UNDEF:
    case V_ASN1_NULL:
        *part = rs_bytes_make(NULL, 0);
        return true;
    case V_ASN1_OBJECT:
        *part = rs_bytes_make(ssl->OBJ_get0_data(value), ssl->OBJ_length(value));
        return true;
    case V_ASN1_SEQUENCE:
        *part = rs_bytes_make(ssl->ASN1_STRING_get0_data(value),
                              (size_t)ssl->ASN1_STRING_length(value));
        return true;
    default:
        return false;
    }
}

/* The type of the parameters as bytes, so that a key without and one with NULL differ. */
static rs_bytes type_part(int type)
{
    static const uint8_t types[] = {0, V_ASN1_NULL, V_ASN1_OBJECT, V_ASN1_SEQUENCE};
    size_t i = type == V_ASN1_NULL       ? 1
               : type == V_ASN1_OBJECT   ? 2
               : type == V_ASN1_SEQUENCE ? 3
                                         : 0;
    return rs_bytes_make(&types[i], 1);
}

/* The public key in the parts that OpenSSL holds: encoding it would cost ten times as much. */
static bool public_key_parts(const rs_openssl_table *ssl, const X509 *certificate, rs_key *key)
{
    const unsigned char *bits = NULL;
    int size = 0, type = V_ASN1_UNDEF;
    X509_ALGOR *algorithm = NULL;
    const ASN1_OBJECT *oid = NULL;
    const void *parameter = NULL;
    const X509_PUBKEY *info = ssl->X509_get_X509_PUBKEY(certificate);
    if (info == NULL || !ssl->X509_PUBKEY_get0_param(NULL, &bits, &size, &algorithm, info))
        return false;
    ssl->X509_ALGOR_get0(&oid, &type, &parameter, algorithm);
    key->part[0] = rs_bytes_make(ssl->OBJ_get0_data(oid), ssl->OBJ_length(oid));
    key->part[1] = type_part(type);
    key->part[3] = rs_bytes_make(bits, (size_t)size);
    return parameter_part(ssl, type, parameter, &key->part[2]);
}

/*
 * Does the encoding of a key end in a BIT STRING without unused bits? OpenSSL's parts do not
 * tell, so only such a key may be remembered for its parts: what could be confused with it is
 * the same key, oddly encoded.
 */
static bool has_whole_octets(rs_bytes spki)
{
    rs_bytes content;
    rs_der element;
    return rs_der_only(spki, RS_DER_SEQUENCE, &content) &&
           rs_der_expect(&content, RS_DER_SEQUENCE, &element) &&
           rs_der_expect(&content, RS_DER_BIT_STRING, &element) && element.value.n > 0 &&
           element.value.p[0] == 0;
}

static uint32_t root_of(const rs_image *image, rs_root_kind kind, rs_bytes encoding)
{
    uint8_t sha256[RS_SHA256_SIZE];
    uint32_t root;
    rs_sha256_digest(encoding, sha256);
    return rs_image_find_root(image, kind, sha256, &root) ? root : RS_NO_ROOT;
}

/* A look-up in progress: what identifies the certificate, and the encodings that were needed. */
typedef struct lookup {
    rs_bytes certificate; /* only if the list has roots that are named by it */
    rs_bytes spki;
    rs_key key;
    bool has_key;
} lookup;

static bool lookup_start(lookup *l, const rs_openssl_table *ssl, const rs_image *image,
                         const X509 *certificate)
{
    *l = (lookup){0};
    if (!image->has_certificate_roots) {
        l->has_key = public_key_parts(ssl, certificate, &l->key);
        return true;
    }
    l->certificate = encoding_of(ssl, certificate, RS_ROOT_CERTIFICATE);
    l->key.part[0] = l->certificate;
    l->has_key = l->certificate.n > 0;
    return l->has_key;
}

/* Finds by hash. False if the key cannot be encoded. */
static bool lookup_by_hash(lookup *l, const rs_openssl_table *ssl, const rs_image *image,
                           const X509 *certificate, rs_listed_as *listed)
{
    l->spki = encoding_of(ssl, certificate, RS_ROOT_SPKI);
    if (l->spki.n == 0)
        return false;
    listed->by_spki = root_of(image, RS_ROOT_SPKI, l->spki);
    listed->by_certificate =
        l->certificate.n > 0 ? root_of(image, RS_ROOT_CERTIFICATE, l->certificate) : RS_NO_ROOT;
    return true;
}

static void lookup_end(lookup *l, const rs_openssl_table *ssl)
{
    rs_encoding_free(ssl, l->certificate);
    rs_encoding_free(ssl, l->spki);
}

bool rs_trust_anchor_find(const rs_openssl_table *ssl, const rs_image *image,
                          const rs_key_cache *cache, const X509 *certificate, rs_listed_as *listed,
                          bool *uncached)
{
    lookup l;
    *listed = (rs_listed_as){RS_NO_ROOT, RS_NO_ROOT};
    if (image->root_count == 0)
        return true;
    bool known = lookup_start(&l, ssl, image, certificate);
    if (known && !(cache != NULL && l.has_key && rs_key_cache_find(cache, &l.key, listed))) {
        *uncached |= cache != NULL && l.has_key;
        known = lookup_by_hash(&l, ssl, image, certificate, listed);
    }
    lookup_end(&l, ssl);
    return known;
}

void rs_trust_anchor_remember(const rs_openssl_table *ssl, const rs_image *image,
                              rs_key_cache *cache, const X509 *certificate)
{
    lookup l;
    rs_listed_as listed;
    if (lookup_start(&l, ssl, image, certificate) && l.has_key &&
        lookup_by_hash(&l, ssl, image, certificate, &listed) && has_whole_octets(l.spki))
        rs_key_cache_insert(cache, &l.key, listed);
    lookup_end(&l, ssl);
}
