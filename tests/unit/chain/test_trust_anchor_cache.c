/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is remembered of trust anchors.
 */
#include "tests/unit/chain/searched_anchor.h"

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
    rs_anchor_search search = search_of(&list.image, &cache);
    for (size_t i = 0; i < ROWS(anchors); i++)
        rs_trust_anchor_remember(&search, anchors[i], NULL);
    for (size_t i = 0; i < ROWS(anchors); i++) {
        rs_listed_as listed;
        CU_ASSERT(rs_trust_anchor_find(&search, anchors[i], &listed));
        CU_ASSERT_FALSE(search.uncached);
        CU_ASSERT_EQUAL(listed.by_certificate != RS_NO_ROOT, i == 0);
        CU_ASSERT_EQUAL(listed.by_spki != RS_NO_ROOT, i == 1);
    }
    for (size_t i = 0; i < ROWS(anchors); i++)
        X509_free(anchors[i]);
    rs_key_cache_clear(&cache);
    list_close(&list);
}

/*
 * A root's key and signature can be copied, and a program whose callback accepts any chain has the
 * copy remembered. What is known of the copy does not hold for the root.
 */
static void copy_of_key_and_signature(void)
{
    openssl_reset();
    X509 *anchor = new_anchor("one");
    X509 *copy = made(X509_dup(anchor));
    done(ASN1_INTEGER_set(X509_get_serialNumber(copy), 4711));
    CU_ASSERT(i2d_re_X509_tbs(copy, NULL) > 0);
    const ASN1_BIT_STRING *signature, *copied;
    X509_get0_signature(&signature, NULL, anchor);
    X509_get0_signature(&copied, NULL, copy);
    CU_ASSERT_EQUAL(ASN1_STRING_cmp(signature, copied), 0);
    test_list list;
    open_list_of(&list, NULL, anchor);
    rs_key_cache cache = {.bytes = 0};
    rs_anchor_search search = search_of(&list.image, &cache);
    rs_listed_as listed;
    rs_trust_anchor_remember(&search, copy, NULL);
    CU_ASSERT(rs_trust_anchor_find(&search, anchor, &listed));
    CU_ASSERT(listed.by_certificate != RS_NO_ROOT);
    rs_trust_anchor_remember(&search, anchor, NULL);
    CU_ASSERT(rs_trust_anchor_find(&search, copy, &listed));
    CU_ASSERT(listed.by_certificate == RS_NO_ROOT);
    rs_key_cache_clear(&cache);
    list_close(&list);
    X509_free(anchor);
    X509_free(copy);
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

/* Anything, as the key that OpenSSL has read; and what it then writes: the key as it is spelt. */
static X509 *spelt;

static EVP_PKEY *some_key(const X509 *certificate)
{
    spelt = (X509 *)(uintptr_t)certificate;
    return (EVP_PKEY *)&spelt;
}

static int as_spelt(const EVP_PKEY *pkey, unsigned char **out)
{
    (void)pkey;
    return i2d_X509_PUBKEY(X509_get_X509_PUBKEY(spelt), out);
}

/* One key for each kind of parameters: all differ, and those that are in use are remembered. */
static void parameters_of_every_kind(void)
{
    static const int types[] = {V_ASN1_UNDEF, V_ASN1_NULL, V_ASN1_OBJECT, V_ASN1_SEQUENCE,
                                V_ASN1_OCTET_STRING};
    openssl_reset();
    openssl.X509_get0_pubkey = some_key;
    openssl.i2d_PUBKEY = as_spelt;
    X509 *anchors[ROWS(types)];
    for (size_t i = 0; i < ROWS(types); i++) {
        anchors[i] = new_anchor("x");
        set_key(anchors[i], types[i], parameter_of(types[i]));
    }
    test_list list;
    open_list_of(&list, anchors[1], NULL);
    rs_key_cache cache = {.bytes = 0};
    rs_anchor_search search = search_of(&list.image, &cache);
    for (size_t i = 0; i < ROWS(types); i++) {
        rs_trust_anchor_remember(&search, anchors[i], NULL);
        if (types[i] != V_ASN1_OCTET_STRING)
            CU_ASSERT(is_remembered(&list.image, anchors[i]));
    }
    for (size_t i = 0; i < ROWS(types); i++) {
        rs_listed_as listed;
        encodings = 0;
        CU_ASSERT(rs_trust_anchor_find(&search, anchors[i], &listed));
        CU_ASSERT_EQUAL(listed.by_spki != RS_NO_ROOT, i == 1);
        CU_ASSERT_FALSE(search.uncached); /* of the last it is known that no cache would help */
        CU_ASSERT_EQUAL(encodings, types[i] == V_ASN1_OCTET_STRING ? 1 : 0);
        X509_free(anchors[i]);
    }
    rs_key_cache_clear(&cache);
    list_close(&list);
}

static CU_TestInfo tests[] = {
    {"remembered keys", remembered_keys},
    {"remembered certificates", remembered_certificates},
    {"copy of key and signature", copy_of_key_and_signature},
    {"parameters of every kind", parameters_of_every_kind},
    CU_TEST_INFO_NULL,
};

RS_SUITE("trust_anchor_cache", tests)
