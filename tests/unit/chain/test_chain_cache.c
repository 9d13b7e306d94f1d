/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chains whose keys are remembered.
 */
#include "tests/unit/chain/checked_chain.h"

/* Accepted once, the keys of the CAs are known, and the report says when more could be. */
static void remembered_chain(void)
{
    fixture f;
    rs_key_cache cache = {.bytes = 0};
    setup(&f, "root $root\n permit corp.example\n", "DNS:www.corp.example");
    f.check.cache = &cache;
    run_check(&f, NULL);
    CU_ASSERT_TRUE(f.report.uncached);
    CU_ASSERT_EQUAL(f.report.denied_count, 0);
    rs_chain_remember(&f.check, f.chain, NULL);
    size_t bytes = cache.bytes;
    CU_ASSERT(bytes > 0);
    run_check(&f, NULL);
    CU_ASSERT_FALSE(f.report.uncached);
    CU_ASSERT_TRUE(f.report.listed);
    unsigned keys = 0;
    for (size_t i = 0; i < RS_KEY_CACHE_SLOTS; i++)
        keys += cache.slots[i] != NULL;
    CU_ASSERT_EQUAL(keys, 3); /* not the leaf's */
    rs_chain_remember(&f.check, f.chain, NULL);
    CU_ASSERT_EQUAL(cache.bytes, bytes);
    rs_key_cache_clear(&cache);
    teardown(&f);
}

/* What a check found is remembered without another look, unless it was of another list. */
static void remembered_as_learnt(void)
{
    for (unsigned other = 0; other <= 1; other++) {
        fixture f;
        rs_key_cache cache = {.bytes = 0};
        setup(&f, "root $root\n permit corp.example\n", "DNS:www.corp.example");
        f.check.cache = &cache;
        run_check(&f, NULL);
        CU_ASSERT_EQUAL(f.report.learnt.count, 3);
        f.report.learnt.image += other;
        f.openssl.i2d_X509_PUBKEY = no_encoding;
        rs_chain_remember(&f.check, f.chain, &f.report.learnt);
        f.openssl.i2d_X509_PUBKEY = rs_openssl_linked()->i2d_X509_PUBKEY;
        run_check(&f, NULL);
        CU_ASSERT(f.report.listed && f.report.uncached == (other == 1));
        rs_key_cache_clear(&cache);
        teardown(&f);
    }
}

static void remembered_chain_of_one(void)
{
    fixture f;
    rs_key_cache cache = {.bytes = 0};
    setup(&f, "root $root\n permit *\n", "DNS:www.corp.example");
    sk_X509_free(f.chain);
    f.chain = CHAIN(root);
    f.check.cache = &cache;
    rs_chain_remember(&f.check, f.chain, NULL);
    run_check(&f, NULL);
    CU_ASSERT(f.report.listed && !f.report.uncached);
    rs_key_cache_clear(&cache);
    teardown(&f);
}

static CU_TestInfo tests[] = {
    {"remembered chain", remembered_chain},
    {"remembered as learnt", remembered_as_learnt},
    {"remembered chain of one", remembered_chain_of_one},
    CU_TEST_INFO_NULL,
};

int main(void)
{
    return run_with_authorities("chain_cache", tests);
}
