/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/chain/trust_anchor.h"

#include "tests/unit/certificates.h"
#include "tests/unit/stanza.h"
#include "tests/unit/suite.h"

/* OpenSSL, with what the test changes; and how often a key was encoded. */
static rs_openssl_table openssl;
static unsigned encodings;

static int counted_i2d_X509_PUBKEY(const X509_PUBKEY *key, unsigned char **out)
{
    encodings++;
    return rs_openssl_linked()->i2d_X509_PUBKEY(key, out);
}

static int failing_i2d_X509_PUBKEY(const X509_PUBKEY *key, unsigned char **out)
{
    (void)key, (void)out;
    return -1;
}

static int failing_i2d_X509(const X509 *certificate, unsigned char **out)
{
    (void)certificate, (void)out;
    return -1;
}

static int failing_get0_param(ASN1_OBJECT **oid, const unsigned char **bits, int *size,
                              X509_ALGOR **algorithm, const X509_PUBKEY *key)
{
    (void)oid, (void)bits, (void)size, (void)algorithm, (void)key;
    return 0;
}

static X509_PUBKEY *no_X509_PUBKEY(const X509 *certificate)
{
    (void)certificate;
    return NULL;
}

static void openssl_reset(void)
{
    openssl = *rs_openssl_linked();
    openssl.i2d_X509_PUBKEY = counted_i2d_X509_PUBKEY;
    encodings = 0;
}

static X509 *new_anchor(const char *cn)
{
    EVP_PKEY *key = new_key();
    X509 *certificate = new_certificate(&(wanted_certificate){.cn = cn, .key = key});
    EVP_PKEY_free(key);
    return certificate;
}

/* A list with a stanza for the key, and one for the certificate; either may be NULL. */
static void open_list_of(test_list *list, X509 *by_key, X509 *by_certificate)
{
    char text[400];
    int n = snprintf(text, sizeof text, "default\n    permit x\n");
    if (by_key != NULL)
        n += snprintf(text + n, sizeof text - (size_t)n, "root spki-sha256:%s\n    permit a\n",
                      hashes_of(by_key).spki);
    if (by_certificate != NULL)
        snprintf(text + n, sizeof text - (size_t)n, "root cert-sha256:%s\n    permit b\n",
                 hashes_of(by_certificate).certificate);
    list_open(list, text);
}

static void hash_is_as_openssl_has_it(void)
{
    openssl_reset();
    X509 *anchor = new_anchor("a");
    certificate_hashes expected = hashes_of(anchor);
    uint8_t sha256[RS_SHA256_SIZE];
    char hex[2 * RS_SHA256_SIZE + 1];
    CU_ASSERT_TRUE(rs_trust_anchor_hash(&openssl, anchor, RS_ROOT_SPKI, sha256));
    hex_put(sha256, hex);
    CU_ASSERT_STRING_EQUAL(hex, expected.spki);
    CU_ASSERT_TRUE(rs_trust_anchor_hash(&openssl, anchor, RS_ROOT_CERTIFICATE, sha256));
    hex_put(sha256, hex);
    CU_ASSERT_STRING_EQUAL(hex, expected.certificate);
    openssl.i2d_X509 = failing_i2d_X509;
    openssl.i2d_X509_PUBKEY = failing_i2d_X509_PUBKEY;
    CU_ASSERT_FALSE(rs_trust_anchor_hash(&openssl, anchor, RS_ROOT_SPKI, sha256));
    CU_ASSERT_FALSE(rs_trust_anchor_hash(&openssl, anchor, RS_ROOT_CERTIFICATE, sha256));
    X509_free(anchor);
}

static bool is_listed(const rs_image *image, X509 *certificate, bool by_key, bool by_certificate)
{
    rs_listed_as listed;
    bool uncached = false;
    return rs_trust_anchor_find(&openssl, image, NULL, certificate, &listed, &uncached) &&
           !uncached && (listed.by_spki != RS_NO_ROOT) == by_key &&
           (listed.by_certificate != RS_NO_ROOT) == by_certificate;
}

static void find_by_either_hash(void)
{
    openssl_reset();
    X509 *one = new_anchor("one"), *other = new_anchor("other");
    test_list list;
    open_list_of(&list, NULL, NULL);
    CU_ASSERT(is_listed(&list.image, one, false, false));
    CU_ASSERT_EQUAL(encodings, 0); /* without roots there is nothing to look for */
    list_close(&list);
    open_list_of(&list, one, NULL);
    CU_ASSERT(is_listed(&list.image, one, true, false));
    CU_ASSERT(is_listed(&list.image, other, false, false));
    list_close(&list);
    open_list_of(&list, NULL, one);
    CU_ASSERT(is_listed(&list.image, one, false, true));
    CU_ASSERT(is_listed(&list.image, other, false, false));
    list_close(&list);
    open_list_of(&list, one, one);
    CU_ASSERT(is_listed(&list.image, one, true, true));
    list_close(&list);
    open_list_of(&list, one, other);
    CU_ASSERT(is_listed(&list.image, one, true, false));
    CU_ASSERT(is_listed(&list.image, other, false, true));
    list_close(&list);
    X509_free(one);
    X509_free(other);
}

/* The same key in another certificate is the same root, unless the list names the certificate. */
static void reissued_certificate(void)
{
    openssl_reset();
    EVP_PKEY *key = new_key();
    X509 *first = new_certificate(&(wanted_certificate){.cn = "first", .key = key});
    X509 *second = new_certificate(&(wanted_certificate){.cn = "second", .key = key});
    test_list list;
    open_list_of(&list, first, NULL);
    CU_ASSERT(is_listed(&list.image, second, true, false));
    list_close(&list);
    open_list_of(&list, NULL, first);
    CU_ASSERT(is_listed(&list.image, second, false, false));
    list_close(&list);
    X509_free(first);
    X509_free(second);
    EVP_PKEY_free(key);
}

/* Whether a look-up is answered by the cache once remembered, and as without it. */
static bool is_remembered(const rs_image *image, X509 *certificate)
{
    rs_key_cache cache = {.bytes = 0};
    rs_listed_as hashed, cached;
    bool uncached = false, still_uncached = false;
    CU_ASSERT(rs_trust_anchor_find(&openssl, image, &cache, certificate, &hashed, &uncached));
    CU_ASSERT(uncached);
    rs_trust_anchor_remember(&openssl, image, &cache, certificate);
    encodings = 0;
    CU_ASSERT(rs_trust_anchor_find(&openssl, image, &cache, certificate, &cached, &still_uncached));
    CU_ASSERT_EQUAL(cached.by_spki, hashed.by_spki);
    CU_ASSERT_EQUAL(cached.by_certificate, hashed.by_certificate);
    CU_ASSERT_EQUAL(encodings, still_uncached ? 1 : 0);
    rs_key_cache_clear(&cache);
    return !still_uncached;
}

static void remembered_keys(void)
{
    openssl_reset();
    X509 *one = new_anchor("one"), *other = new_anchor("other");
    test_list list;
    open_list_of(&list, one, NULL);
    CU_ASSERT(is_remembered(&list.image, one));
    CU_ASSERT(is_remembered(&list.image, other));
    list_close(&list);
    open_list_of(&list, one, one);
    CU_ASSERT(is_remembered(&list.image, one));
    CU_ASSERT(is_remembered(&list.image, other));
    list_close(&list);
    X509_free(one);
    X509_free(other);
}

/* One cache for several certificates: each is found as what it is. */
static void remembered_certificates(void)
{
    openssl_reset();
    X509 *const anchors[] = {new_anchor("one"), new_anchor("other"), new_anchor("third")};
    test_list list;
    open_list_of(&list, anchors[1], anchors[0]);
    rs_key_cache cache = {.bytes = 0};
    for (size_t i = 0; i < ROWS(anchors); i++)
        rs_trust_anchor_remember(&openssl, &list.image, &cache, anchors[i]);
    for (size_t i = 0; i < ROWS(anchors); i++) {
        rs_listed_as listed;
        bool uncached = false;
        CU_ASSERT(
            rs_trust_anchor_find(&openssl, &list.image, &cache, anchors[i], &listed, &uncached));
        CU_ASSERT_FALSE(uncached);
        CU_ASSERT_EQUAL(listed.by_certificate != RS_NO_ROOT, i == 0);
        CU_ASSERT_EQUAL(listed.by_spki != RS_NO_ROOT, i == 1);
    }
    for (size_t i = 0; i < ROWS(anchors); i++)
        X509_free(anchors[i]);
    rs_key_cache_clear(&cache);
    list_close(&list);
}

/* Gives a certificate a key of made-up parts; `parameter` becomes the certificate's. */
static void set_key(X509 *certificate, int type, void *parameter)
{
    uint8_t *bits = made(OPENSSL_memdup("\x04some point", 11));
    done(X509_PUBKEY_set0_param(X509_get_X509_PUBKEY(certificate),
                                OBJ_nid2obj(NID_X9_62_id_ecPublicKey), type, parameter, bits, 11));
}

static ASN1_STRING *new_string(int type, const char *text)
{
    ASN1_STRING *string = made(ASN1_STRING_type_new(type));
    done(ASN1_STRING_set(string, text, -1));
    return string;
}

static void *parameter_of(int type)
{
    switch (type) {
    case V_ASN1_OBJECT:
        return OBJ_nid2obj(NID_secp384r1);
    case V_ASN1_SEQUENCE:
        return new_string(type, "\x30\x01x");
    case V_ASN1_OCTET_STRING:
        return new_string(type, "x");
    default:
        return NULL;
    }
}

/* One key for each kind of parameters: all differ, and those that are in use are remembered. */
static void parameters_of_every_kind(void)
{
    static const int types[] = {V_ASN1_UNDEF, V_ASN1_NULL, V_ASN1_OBJECT, V_ASN1_SEQUENCE,
                                V_ASN1_OCTET_STRING};
    openssl_reset();
    X509 *anchors[ROWS(types)];
    for (size_t i = 0; i < ROWS(types); i++) {
        anchors[i] = new_anchor("x");
        set_key(anchors[i], types[i], parameter_of(types[i]));
    }
    test_list list;
    open_list_of(&list, anchors[1], NULL);
    rs_key_cache cache = {.bytes = 0};
    for (size_t i = 0; i < ROWS(types); i++) {
        rs_trust_anchor_remember(&openssl, &list.image, &cache, anchors[i]);
        if (types[i] != V_ASN1_OCTET_STRING)
            CU_ASSERT(is_remembered(&list.image, anchors[i]));
    }
    for (size_t i = 0; i < ROWS(types); i++) {
        rs_listed_as listed;
        bool uncached = false;
        encodings = 0;
        CU_ASSERT(
            rs_trust_anchor_find(&openssl, &list.image, &cache, anchors[i], &listed, &uncached));
        CU_ASSERT_EQUAL(listed.by_spki != RS_NO_ROOT, i == 1);
        CU_ASSERT_FALSE(uncached); /* of the last it is known that no cache would help */
        CU_ASSERT_EQUAL(encodings, types[i] == V_ASN1_OCTET_STRING ? 1 : 0);
        X509_free(anchors[i]);
    }
    rs_key_cache_clear(&cache);
    list_close(&list);
}

/* The same certificate with a bit less in its key: OpenSSL's parts do not show the difference. */
static X509 *with_unused_bit(X509 *certificate)
{
    unsigned char *der = NULL;
    int size = i2d_X509(certificate, &der);
    const ASN1_BIT_STRING *bits = X509_get0_pubkey_bitstr(certificate);
    unsigned char *at = made(
        memmem(der, (size_t)size, ASN1_STRING_get0_data(bits), (size_t)ASN1_STRING_length(bits)));
    at[-1] = 1;
    at[ASN1_STRING_length(bits) - 1] &= 0xfe;
    const unsigned char *p = der;
    X509 *changed = made(d2i_X509(NULL, &p, size));
    OPENSSL_free(der);
    return changed;
}

static void a_key_of_odd_bits_is_not_remembered(void)
{
    openssl_reset();
    X509 *anchor = new_anchor("x");
    X509 *odd = with_unused_bit(anchor);
    test_list list;
    open_list_of(&list, odd, NULL);
    CU_ASSERT(is_listed(&list.image, odd, true, false));
    CU_ASSERT_FALSE(is_remembered(&list.image, odd));
    list_close(&list);
    X509_free(anchor);
    X509_free(odd);
}

/* What cannot be encoded cannot be told apart: false, and nothing is remembered. */
static void find_of_what_cannot_be_encoded(void)
{
    X509 *anchor = new_anchor("x");
    test_list by_key, by_certificate;
    open_list_of(&by_key, anchor, NULL);
    open_list_of(&by_certificate, NULL, anchor);
    rs_key_cache cache = {.bytes = 0};
    rs_listed_as listed;
    bool uncached = false;

    openssl_reset();
    openssl.i2d_X509_PUBKEY = failing_i2d_X509_PUBKEY;
    CU_ASSERT_FALSE(
        rs_trust_anchor_find(&openssl, &by_key.image, &cache, anchor, &listed, &uncached));
    rs_trust_anchor_remember(&openssl, &by_key.image, &cache, anchor);
    CU_ASSERT_EQUAL(cache.bytes, 0);

    openssl_reset();
    openssl.i2d_X509 = failing_i2d_X509;
    CU_ASSERT_FALSE(
        rs_trust_anchor_find(&openssl, &by_certificate.image, NULL, anchor, &listed, &uncached));
    rs_trust_anchor_remember(&openssl, &by_certificate.image, &cache, anchor);
    CU_ASSERT_EQUAL(cache.bytes, 0);

    openssl_reset();
    openssl.X509_get_X509_PUBKEY = no_X509_PUBKEY;
    CU_ASSERT_FALSE(
        rs_trust_anchor_find(&openssl, &by_key.image, &cache, anchor, &listed, &uncached));
    list_close(&by_key);
    list_close(&by_certificate);
    X509_free(anchor);
}

/* A key whose parts OpenSSL does not give is found by its hash each time. */
static void find_without_parts(void)
{
    openssl_reset();
    openssl.X509_PUBKEY_get0_param = failing_get0_param;
    X509 *anchor = new_anchor("x");
    test_list list;
    open_list_of(&list, anchor, NULL);
    rs_key_cache cache = {.bytes = 0};
    rs_listed_as listed;
    bool uncached = false;
    rs_trust_anchor_remember(&openssl, &list.image, &cache, anchor);
    CU_ASSERT_EQUAL(cache.bytes, 0);
    CU_ASSERT(rs_trust_anchor_find(&openssl, &list.image, &cache, anchor, &listed, &uncached));
    CU_ASSERT(listed.by_spki != RS_NO_ROOT && !uncached);
    list_close(&list);
    X509_free(anchor);
}

static CU_TestInfo tests[] = {
    {"hash is as OpenSSL has it", hash_is_as_openssl_has_it},
    {"find by either hash", find_by_either_hash},
    {"reissued certificate", reissued_certificate},
    {"remembered keys", remembered_keys},
    {"remembered certificates", remembered_certificates},
    {"parameters of every kind", parameters_of_every_kind},
    {"a key of odd bits is not remembered", a_key_of_odd_bits_is_not_remembered},
    {"find of what cannot be encoded", find_of_what_cannot_be_encoded},
    {"find without parts", find_without_parts},
    CU_TEST_INFO_NULL,
};

RS_SUITE("trust_anchor", tests)
