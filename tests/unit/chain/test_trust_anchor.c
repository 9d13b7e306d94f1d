/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/chain/searched_anchor.h"

#include <openssl/core_names.h>

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

/* A certificate of the same key, as a compressed point. */
static X509 *new_compressed(EVP_PKEY *pair)
{
    EVP_PKEY *compressed = made(EVP_PKEY_dup(pair));
    done(EVP_PKEY_set_utf8_string_param(compressed, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT,
                                        "compressed"));
    X509 *certificate = new_certificate(&(wanted_certificate){.cn = "again", .key = compressed});
    EVP_PKEY_free(compressed);
    return certificate;
}

/* A key is what it is, however it is spelt: the spelling that is looked up, and then as it is. */
static void key_spelt_otherwise(void)
{
    openssl_reset();
    EVP_PKEY *pair = new_key();
    X509 *anchor = new_certificate(&(wanted_certificate){.cn = "first", .key = pair});
    X509 *compressed = new_compressed(pair);
    CU_ASSERT_STRING_NOT_EQUAL(hashes_of(anchor).spki, hashes_of(compressed).spki);
    uint8_t sha256[RS_SHA256_SIZE];
    char hex[2 * RS_SHA256_SIZE + 1];
    CU_ASSERT(rs_trust_anchor_hash(&openssl, compressed, RS_ROOT_SPKI, sha256));
    hex_put(sha256, hex);
    CU_ASSERT_STRING_EQUAL(hex, hashes_of(anchor).spki);
    test_list list;
    open_list_of(&list, anchor, NULL);
    CU_ASSERT(is_listed(&list.image, compressed, true, false));
    CU_ASSERT(is_remembered(&list.image, compressed));
    list_close(&list);
    open_list_of(&list, compressed, NULL);
    CU_ASSERT(is_listed(&list.image, compressed, true, false));
    CU_ASSERT(is_listed(&list.image, anchor, false, false));
    list_close(&list);
    X509_free(anchor);
    X509_free(compressed);
    EVP_PKEY_free(pair);
}

/* So many of them are brought to the standard spelling for one chain; what is remembered is not. */
static void many_keys_spelt_otherwise(void)
{
    openssl_reset();
    EVP_PKEY *pair = new_key();
    X509 *compressed = new_compressed(pair);
    test_list list;
    open_list_of(&list, compressed, NULL);
    rs_key_cache cache = {.bytes = 0};
    rs_anchor_search search = search_of(&list.image, &cache);
    rs_listed_as listed;
    for (unsigned i = 0; i < RS_RESPELT_MAX; i++)
        CU_ASSERT(rs_trust_anchor_find(&search, compressed, &listed));
    CU_ASSERT_FALSE(rs_trust_anchor_find(&search, compressed, &listed));
    CU_ASSERT_EQUAL(listed.by_spki, RS_NO_ROOT);
    search = search_of(&list.image, &cache);
    rs_trust_anchor_remember(&search, compressed, NULL);
    for (unsigned i = 0; i <= RS_RESPELT_MAX; i++)
        CU_ASSERT(rs_trust_anchor_find(&search, compressed, &listed));
    CU_ASSERT_NOT_EQUAL(listed.by_spki, RS_NO_ROOT);
    rs_key_cache_clear(&cache);
    list_close(&list);
    X509_free(compressed);
    EVP_PKEY_free(pair);
}

static EVP_PKEY *no_key(const X509 *certificate)
{
    (void)certificate;
    return NULL;
}

/* What OpenSSL cannot read here it may read elsewhere: that a key stands for itself is not kept. */
static void key_that_cannot_be_read(void)
{
    openssl_reset();
    openssl.X509_get0_pubkey = no_key;
    X509 *anchor = new_anchor("x");
    set_key(anchor, V_ASN1_UNDEF, NULL);
    test_list list;
    open_list_of(&list, anchor, NULL);
    CU_ASSERT(is_listed(&list.image, anchor, true, false));
    CU_ASSERT_FALSE(is_remembered(&list.image, anchor));
    list_close(&list);
    X509_free(anchor);
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
    rs_anchor_search key_search = search_of(&by_key.image, &cache);
    rs_anchor_search certificate_search = search_of(&by_certificate.image, &cache);

    openssl_reset();
    openssl.i2d_X509_PUBKEY = failing_i2d_X509_PUBKEY;
    CU_ASSERT_FALSE(rs_trust_anchor_find(&key_search, anchor, &listed));
    rs_trust_anchor_remember(&key_search, anchor, NULL);
    CU_ASSERT_EQUAL(cache.bytes, 0);

    openssl_reset();
    openssl.i2d_X509 = failing_i2d_X509;
    CU_ASSERT_FALSE(rs_trust_anchor_find(&certificate_search, anchor, &listed));
    rs_trust_anchor_remember(&certificate_search, anchor, NULL);
    CU_ASSERT_EQUAL(cache.bytes, 0);

    openssl_reset();
    openssl.X509_get_X509_PUBKEY = no_X509_PUBKEY;
    CU_ASSERT_FALSE(rs_trust_anchor_find(&key_search, anchor, &listed));
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
    rs_anchor_search search = search_of(&list.image, &cache);
    rs_trust_anchor_remember(&search, anchor, NULL);
    CU_ASSERT_EQUAL(cache.bytes, 0);
    CU_ASSERT(rs_trust_anchor_find(&search, anchor, &listed));
    CU_ASSERT(listed.by_spki != RS_NO_ROOT && !search.uncached);
    list_close(&list);
    X509_free(anchor);
}

static CU_TestInfo tests[] = {
    {"hash is as OpenSSL has it", hash_is_as_openssl_has_it},
    {"find by either hash", find_by_either_hash},
    {"reissued certificate", reissued_certificate},
    {"key spelt otherwise", key_spelt_otherwise},
    {"many keys spelt otherwise", many_keys_spelt_otherwise},
    {"key that cannot be read", key_that_cannot_be_read},
    {"find of what cannot be encoded", find_of_what_cannot_be_encoded},
    {"find without parts", find_without_parts},
    CU_TEST_INFO_NULL,
};

RS_SUITE("trust_anchor", tests)
