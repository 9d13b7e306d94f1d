/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/chain/trust_anchor.h"

#include "lib/base/likely.h"
#include "lib/chain/certificate.h"
#include "lib/chain/key_spelling.h"

#include <openssl/asn1.h>

bool rs_trust_anchor_hash(const rs_openssl_table *ssl, const X509 *certificate, rs_root_kind kind,
                          uint8_t sha256[RS_SHA256_SIZE])
{
    bool whole = kind == RS_ROOT_CERTIFICATE;
    rs_bytes encoding =
        whole ? rs_encoding_of_certificate(ssl, certificate) : rs_encoding_of_key(ssl, certificate);
    bool hashed = encoding.n > 0;
    if (hashed && whole)
        rs_sha256_digest(encoding, sha256);
    else if (hashed)
        hashed = rs_key_spelling_hash(ssl, certificate, encoding, true, sha256) != RS_KEY_UNKNOWN;
    rs_encoding_free(ssl, encoding);
    return hashed;
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
    if (RS_UNLIKELY(info == NULL ||
                    !ssl->X509_PUBKEY_get0_param(NULL, &bits, &size, &algorithm, info)))
        return false;
    ssl->X509_ALGOR_get0(&oid, &type, &parameter, algorithm);
    key->part[0] = rs_bytes_make(ssl->OBJ_get0_data(oid), ssl->OBJ_length(oid));
    key->part[1] = type_part(type);
    key->part[RS_KEY_PARTS - 1] = rs_bytes_make(bits, (size_t)size);
    return parameter_part(ssl, type, parameter, &key->part[2]);
}

static uint32_t root_of(const rs_image *image, rs_root_kind kind,
                        const uint8_t sha256[RS_SHA256_SIZE])
{
    uint32_t root;
    return rs_image_find_root(image, kind, sha256, &root) ? root : RS_NO_ROOT;
}

/* What a certificate is remembered by. */
typedef struct identity {
    rs_bytes certificate; /* its encoding, only if the list has roots that are named by it */
    bool complete;        /* else it cannot be remembered */
    rs_key key;           /* set if it is complete */
} identity;

/*
 * Its key, or all of it where the list has roots that are named by their certificates. Less will
 * not do: a program whose callback accepts any chain, and clears the error, has remembered what
 * strangers made up. That must not answer for another certificate. Key and signature together do
 * not tell either: nobody verifies the signature of an anchor, so its owner may have put there that
 * of another certificate with its key, and may have had that one remembered. OpenSSL's own SHA-1 of
 * a certificate tells nothing of two that one CA has made.
 */
__attribute__((hot)) static void identify(const rs_anchor_search *search, const X509 *certificate,
                                          identity *own)
{
    own->certificate = rs_bytes_make(NULL, 0);
    if (RS_LIKELY(!search->image->has_certificate_roots)) {
        own->complete = public_key_parts(search->openssl, certificate, &own->key);
        return;
    }
    own->certificate = rs_encoding_of_certificate(search->openssl, certificate);
    own->key = (rs_key){.part = {[RS_KEY_PARTS - 1] = own->certificate}};
    own->complete = own->certificate.n > 0;
}

/* Finds the key by its hash. Unknown if it cannot be encoded or spelt, or the bound is reached. */
static rs_key_spelling find_key(rs_anchor_search *search, const X509 *certificate, uint32_t *root)
{
    uint8_t sha256[RS_SHA256_SIZE];
    rs_bytes spki = rs_encoding_of_key(search->openssl, certificate);
    rs_key_spelling spelling = rs_key_spelling_hash(search->openssl, certificate, spki,
                                                    search->respelt < RS_RESPELT_MAX, sha256);
    search->respelt += spelling == RS_KEY_RESPELT;
    if (spelling != RS_KEY_UNKNOWN)
        *root = root_of(search->image, RS_ROOT_SPKI, sha256);
    if (spelling == RS_KEY_RESPELT && *root == RS_NO_ROOT) {
        rs_sha256_digest(spki, sha256);
        *root = root_of(search->image, RS_ROOT_SPKI, sha256);
    }
    rs_encoding_free(search->openssl, spki);
    return spelling;
}

/* Says whether anything is known, and in `search` whether it may be remembered. */
static bool find_by_hash(rs_anchor_search *search, const X509 *certificate, const identity *known,
                         rs_listed_as *listed)
{
    uint8_t sha256[RS_SHA256_SIZE];
    *listed = (rs_listed_as){RS_NO_ROOT, RS_NO_ROOT};
    if (search->image->has_certificate_roots) {
        if (known->certificate.n == 0)
            return false;
        rs_sha256_digest(known->certificate, sha256);
        listed->by_certificate = root_of(search->image, RS_ROOT_CERTIFICATE, sha256);
    }
    rs_key_spelling spelling = find_key(search, certificate, &listed->by_spki);
    search->lasting = spelling == RS_KEY_STANDARD || spelling == RS_KEY_RESPELT;
    return spelling != RS_KEY_UNKNOWN;
}

bool rs_trust_anchor_find(rs_anchor_search *search, const X509 *certificate, rs_listed_as *listed)
{
    search->lasting = false;
    *listed = (rs_listed_as){RS_NO_ROOT, RS_NO_ROOT};
    if (RS_UNLIKELY(search->image->root_count == 0))
        return true;
    identity own;
    identify(search, certificate, &own);
    bool cacheable = search->cache != NULL && own.complete;
    bool known = cacheable && rs_key_cache_find(search->cache, &own.key, listed);
    if (RS_UNLIKELY(!known)) {
        search->uncached |= cacheable;
        known = find_by_hash(search, certificate, &own, listed);
        search->lasting &= cacheable;
    }
    rs_encoding_free(search->openssl, own.certificate);
    return known;
}

void rs_trust_anchor_remember(rs_anchor_search *search, const X509 *certificate,
                              const rs_listed_as *found)
{
    rs_listed_as listed;
    if (search->image->root_count == 0)
        return;
    identity own;
    identify(search, certificate, &own);
    if (own.complete && found != NULL)
        rs_key_cache_insert(search->cache, &own.key, *found);
    else if (own.complete && !rs_key_cache_find(search->cache, &own.key, &listed) &&
             find_by_hash(search, certificate, &own, &listed) && search->lasting)
        rs_key_cache_insert(search->cache, &own.key, listed);
    rs_encoding_free(search->openssl, own.certificate);
}
