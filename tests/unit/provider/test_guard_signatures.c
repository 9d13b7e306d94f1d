/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guard once more: what it says of the signatures of a chain that it denies.
 */
#include "tests/unit/guarded.h"
#include "tests/unit/suite.h"

static void forged_chain_is_told_as_such(void)
{
    made_chain chain = forged_chain_new("DNS:www.evil.example");
    start();
    rs_policy *policy = policy_add(RS_MODE_ENFORCE, list_for(&chain, "permit corp.example\n"));
    errno = EXDEV;
    CU_ASSERT(verify(&chain) == 0);
    CU_ASSERT(last_error == X509_V_ERR_PERMITTED_VIOLATION);
    CU_ASSERT_PTR_NOT_NULL(strstr(log_text, "\"signatures\":\"invalid\""));
    /* What the look at the signatures and the log left is gone. */
    CU_ASSERT(ERR_peek_error() == 0 && errno == EXDEV);
    /* In test mode it is no violation: nobody accepts it. */
    log_reset();
    policy->settings.mode = RS_MODE_TEST;
    CU_ASSERT(verify(&chain) == 0);
    CU_ASSERT(last_error == X509_V_ERR_CERT_SIGNATURE_FAILURE);
    CU_ASSERT(log_count == 0);
    /* Nor if the callback lets it pass. */
    told.overrides = 1;
    CU_ASSERT(verify(&chain) == 1);
    CU_ASSERT(log_count == 0 && policy->list.generations[0].cache.bytes == 0);
    made_chain_free(&chain);
}

static unsigned verify_calls;

static int counted_verify(X509 *certificate, EVP_PKEY *key)
{
    verify_calls++;
    return X509_verify(certificate, key);
}

/* From the top, as OpenSSL goes: what anybody can sign below costs nothing. */
static void forged_chain_costs_one_signature(void)
{
    made_chain chain = made_chain_new("DNS:www.evil.example");
    made_certificate impostor = made_certificate_new("Root", NULL, NULL);
    made_certificate forged = made_certificate_new("Intermediate", NULL, &impostor);
    made_certificate leaf = made_certificate_new("Leaf", "DNS:www.evil.example", &forged);
    X509 *genuine = chain.leaf.certificate;
    start();
    policy_add(RS_MODE_ENFORCE, list_for(&chain, "permit corp.example\n"));
    copy.table.X509_verify = counted_verify;
    verify_calls = 0;
    sk_X509_set(chain.untrusted, 0, forged.certificate);
    chain.leaf.certificate = leaf.certificate;
    CU_ASSERT(verify(&chain) == 0);
    CU_ASSERT(verify_calls == 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(log_text, "\"signatures\":\"invalid\""));
    chain.leaf.certificate = genuine;
    made_certificate_free(&leaf);
    made_certificate_free(&forged);
    made_certificate_free(&impostor);
    made_chain_free(&chain);
}

/*
 * Whose callback lets everything pass accepts chains that anybody can make, with good signatures.
 */
static void nobody_vouches_for_what_the_callback_let_pass(void)
{
    made_chain chain = made_chain_new("DNS:www.evil.example");
    X509_STORE *genuine = chain.store;
    start();
    policy_add(RS_MODE_ENFORCE, "default\n permit corp.example\n");
    CU_ASSERT_FATAL((chain.store = X509_STORE_new()) != NULL);
    CU_ASSERT_FATAL(sk_X509_push(chain.untrusted, chain.root.certificate) > 0);
    told.overrides = 8;
    CU_ASSERT(verify(&chain) == 1);
    CU_ASSERT(log_lines_with("\"signatures\":\"unknown\"") == 1);
    X509_STORE_free(chain.store);
    chain.store = genuine;

    /* A leaf of a listed root that plays a CA. */
    made_certificate leaf = chain.leaf;
    chain.leaf = made_certificate_new("Below", "DNS:www.evil.example", &leaf);
    CU_ASSERT_FATAL(sk_X509_push(chain.untrusted, leaf.certificate) > 0);
    start();
    policy_add(RS_MODE_ENFORCE, list_for(&chain, "permit corp.example\n"));
    told.overrides = 8;
    CU_ASSERT(verify(&chain) == 1);
    CU_ASSERT(told.error[0] == X509_V_ERR_INVALID_CA);
    CU_ASSERT(log_count > 0 && log_lines_with("\"signatures\":\"unknown\"") == log_count);
    made_certificate_free(&leaf);
    ERR_clear_error();
    made_chain_free(&chain);
}

static EVP_PKEY *no_key(const X509 *certificate)
{
    (void)certificate;
    return NULL;
}

static void key_that_cannot_be_had_leaves_signatures_unknown(void)
{
    made_chain chain = made_chain_new("DNS:www.evil.example");
    start();
    policy_add(RS_MODE_ENFORCE, list_for(&chain, "permit corp.example\n"));
    copy.table.X509_get0_pubkey = no_key;
    CU_ASSERT(verify(&chain) == 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(log_text, "\"signatures\":\"unknown\""));
    made_chain_free(&chain);
}

static void chain_of_one_certificate(void)
{
    made_chain chain = made_chain_new("DNS:www.corp.example");
    made_certificate_free(&chain.leaf);
    chain.leaf = made_certificate_new("Leaf", "DNS:www.evil.example", NULL);
    CU_ASSERT_FATAL(X509_STORE_add_cert(chain.store, chain.leaf.certificate) == 1);
    start();
    policy_add(RS_MODE_ENFORCE, "default\npermit corp.example\n");
    CU_ASSERT(verify(&chain) == 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(log_text, "\"root\":\"default\",\"label\":\"\",\"mode\":"
                                            "\"enforce\",\"verdict\":\"denied\",\"depth\":0,"));
    CU_ASSERT_PTR_NOT_NULL(strstr(log_text, "\"signatures\":\"unknown\""));
    made_chain_free(&chain);
}

static CU_TestInfo tests[] = {
    {"forged chain is told as such", forged_chain_is_told_as_such},
    {"forged chain costs one signature", forged_chain_costs_one_signature},
    {"nobody vouches for what the callback let pass",
     nobody_vouches_for_what_the_callback_let_pass},
    {"key that cannot be had leaves signatures unknown",
     key_that_cannot_be_had_leaves_signatures_unknown},
    {"chain of one certificate", chain_of_one_certificate},
    {"end", end},
    CU_TEST_INFO_NULL,
};

RS_SUITE("guard_signatures", tests)
