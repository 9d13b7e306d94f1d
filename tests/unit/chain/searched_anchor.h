/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For the tests of trust anchors: certificates that are looked up in a list, with an OpenSSL that
 * the test changes.
 */
#ifndef RS_TEST_SEARCHED_ANCHOR_H
#define RS_TEST_SEARCHED_ANCHOR_H

#include "lib/chain/trust_anchor.h"

#include "tests/unit/certificates.h"
#include "tests/unit/stanza.h"
#include "tests/unit/suite.h"

/* OpenSSL, with what the test changes; and how often a key was encoded. */
static rs_openssl_table openssl;
static unsigned encodings;

static inline int counted_i2d_X509_PUBKEY(const X509_PUBKEY *key, unsigned char **out)
{
    encodings++;
    return rs_openssl_linked()->i2d_X509_PUBKEY(key, out);
}

static inline void openssl_reset(void)
{
    openssl = *rs_openssl_linked();
    openssl.i2d_X509_PUBKEY = counted_i2d_X509_PUBKEY;
    encodings = 0;
}

static inline X509 *new_anchor(const char *cn)
{
    EVP_PKEY *key = new_key();
    X509 *certificate = new_certificate(&(wanted_certificate){.cn = cn, .key = key});
    EVP_PKEY_free(key);
    return certificate;
}

/* A list with a stanza for the key, and one for the certificate; either may be NULL. */
static inline void open_list_of(test_list *list, X509 *by_key, X509 *by_certificate)
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

static inline rs_anchor_search search_of(const rs_image *image, rs_key_cache *cache)
{
    return (rs_anchor_search){.openssl = &openssl, .image = image, .cache = cache};
}

/* Whether a certificate is found without a cache, in these ways and no other. */
static inline bool is_listed(const rs_image *image, X509 *certificate, bool by_key,
                             bool by_certificate)
{
    rs_listed_as listed;
    rs_anchor_search search = search_of(image, NULL);
    return rs_trust_anchor_find(&search, certificate, &listed) && !search.uncached &&
           (listed.by_spki != RS_NO_ROOT) == by_key &&
           (listed.by_certificate != RS_NO_ROOT) == by_certificate;
}

/* Whether a look-up is answered by the cache once remembered, and as without it. */
static inline bool is_remembered(const rs_image *image, X509 *certificate)
{
    rs_key_cache cache = {.bytes = 0};
    rs_listed_as hashed, cached;
    rs_anchor_search search = search_of(image, &cache), again = search;
    CU_ASSERT(rs_trust_anchor_find(&search, certificate, &hashed));
    CU_ASSERT(search.uncached);
    rs_trust_anchor_remember(&search, certificate, NULL);
    encodings = 0;
    CU_ASSERT(rs_trust_anchor_find(&again, certificate, &cached));
    CU_ASSERT_EQUAL(cached.by_spki, hashed.by_spki);
    CU_ASSERT_EQUAL(cached.by_certificate, hashed.by_certificate);
    CU_ASSERT_EQUAL(encodings, again.uncached ? 1 : 0);
    rs_key_cache_clear(&cache);
    return !again.uncached;
}

/* Gives a certificate a key of made-up parts; `parameter` becomes the certificate's. */
static inline void set_key(X509 *certificate, int type, void *parameter)
{
    uint8_t *bits = made(OPENSSL_memdup("\x04some point", 11));
    done(X509_PUBKEY_set0_param(X509_get_X509_PUBKEY(certificate), OBJ_nid2obj(NID_dsa), type,
                                parameter, bits, 11));
}

#endif
