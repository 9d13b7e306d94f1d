/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guard once more: what it tells the log.
 */
#include "guarded.h"
#include "suite.h"

static void telemetry_off_denies_in_silence(void)
{
    made_chain chain = made_chain_new("DNS:www.evil.example");
    start();
    rs_policy *policy = policy_add(RS_MODE_ENFORCE, list_for(&chain, "permit corp.example\n"));
    policy->settings.telemetry = RS_TELEMETRY_OFF;
    CU_ASSERT(verify(&chain) == 0);
    policy->settings.mode = RS_MODE_TEST;
    CU_ASSERT(verify(&chain) == 1);
    policy->settings.mode = RS_MODE_ENFORCE;
    policy->settings.problem = "bad settings";
    CU_ASSERT(verify(&chain) == 0);
    CU_ASSERT(log_count == 0 && log_budget == UINT_MAX);
    made_chain_free(&chain);
}

static void log_that_is_full_denies_in_silence(void)
{
    made_chain chain = made_chain_new("DNS:www.evil.example");
    start();
    rs_policy *policy = policy_add(RS_MODE_ENFORCE, list_for(&chain, "permit corp.example\n"));
    log_budget = 0;
    CU_ASSERT(verify(&chain) == 0);
    policy->settings.problem = "bad settings";
    CU_ASSERT(verify(&chain) == 0);
    policy->settings.problem = NULL;
    policy->settings.mode = RS_MODE_TEST;
    CU_ASSERT(verify(&chain) == 1);
    CU_ASSERT(log_count == 0);
    made_chain_free(&chain);
}

/* One that denies is told of even if another, in test mode, was the first to see something. */
static void denial_is_told_before_an_observation(void)
{
    made_chain chain = made_chain_new("DNS:www.corp.example");
    start();
    policy_add(RS_MODE_TEST, list_for(&chain, "permit other.example\n"));
    policy_add(RS_MODE_ENFORCE, list_for(&chain, "exclude corp.example\n"));
    CU_ASSERT(verify(&chain) == 0);
    CU_ASSERT(log_count == 1 && strncmp(log_text, "denied ", 7) == 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(log_text, "reason=excluded"));
    start();
    policy_add(RS_MODE_ENFORCE, list_for(&chain, "exclude corp.example\n"));
    policy_add(RS_MODE_ENFORCE, NULL);
    told.overrides = 1;
    CU_ASSERT(verify(&chain) == 1);
    CU_ASSERT(told.refused == 1 && log_count == 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(log_text, "reason=excluded"));
    /* Of two that deny, the first; the log is asked once. */
    start();
    policy_add(RS_MODE_ENFORCE, list_for(&chain, "exclude corp.example\n"));
    policy_add(RS_MODE_ENFORCE, list_for(&chain, "permit other.example\n"));
    log_budget = 2;
    CU_ASSERT(verify(&chain) == 0);
    CU_ASSERT(log_count == 1 && log_budget == 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(log_text, "reason=excluded"));
    made_chain_free(&chain);
}

static void test_mode_observes(void)
{
    made_chain chain = made_chain_new("DNS:www.evil.example");
    static const struct {
        rs_mode mode;
        const char *lines;
    } rows[] = {
        {RS_MODE_TEST, "permit corp.example\n"},
        {RS_MODE_ENFORCE, "mode test\npermit corp.example\n"},
        {RS_MODE_ENFORCE, "permit corp.example\n"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        char listwide[1100];
        start();
        snprintf(listwide, sizeof listwide, "%s%s", i == 2 ? "mode test\n" : "",
                 list_for(&chain, rows[i].lines));
        policy_add(rows[i].mode, listwide);
        CU_ASSERT(verify(&chain) == 1);
        CU_ASSERT(last_error == X509_V_OK && told.refused == 0);
        CU_ASSERT(log_count == 1);
        CU_ASSERT(strncmp(log_text, "would-deny ", 11) == 0);
        CU_ASSERT_PTR_NOT_NULL(strstr(log_text, " signatures=valid"));
    }
    made_chain_free(&chain);
}

/* Also about one that sets no error. */
static void test_mode_is_silent_about_what_is_refused(void)
{
    made_chain chain = made_chain_new("DNS:www.evil.example");
    start();
    policy_add(RS_MODE_TEST, list_for(&chain, "permit corp.example\n"));
    original_result = -1;
    CU_ASSERT(verify(&chain) <= 0);
    CU_ASSERT(guarded_result == -1 && log_count == 0);
    made_chain_free(&chain);
}

static void list_wide_off_checks_nothing(void)
{
    char text[1100];
    made_chain chain = made_chain_new("DNS:www.evil.example");
    start();
    snprintf(text, sizeof text, "mode off\n%s", list_for(&chain, "permit corp.example\n"));
    policy_add(RS_MODE_ENFORCE, text);
    CU_ASSERT(verify(&chain) == 1);
    CU_ASSERT(log_count == 0 && told.refused == 0);
    made_chain_free(&chain);
}

/* A leaf that claims to be the intermediate's, but is not signed by it. */
static made_chain forged_chain_new(const char *san)
{
    made_chain chain = made_chain_new(san);
    made_certificate impostor = made_certificate_new("Intermediate", NULL, NULL);
    made_certificate_free(&chain.leaf);
    chain.leaf = made_certificate_new("Leaf", san, &impostor);
    made_certificate_free(&impostor);
    return chain;
}

static void forged_chain_is_told_as_such(void)
{
    made_chain chain = forged_chain_new("DNS:www.evil.example");
    start();
    rs_policy *policy = policy_add(RS_MODE_ENFORCE, list_for(&chain, "permit corp.example\n"));
    CU_ASSERT(verify(&chain) == 0);
    CU_ASSERT(last_error == X509_V_ERR_PERMITTED_VIOLATION);
    CU_ASSERT_PTR_NOT_NULL(strstr(log_text, " signatures=invalid"));
    CU_ASSERT(ERR_peek_error() == 0); /* what that look at the signatures left is gone */
    /* In test mode it is no violation: nobody accepts it. */
    log_reset();
    policy->settings.mode = RS_MODE_TEST;
    CU_ASSERT(verify(&chain) == 0);
    CU_ASSERT(last_error == X509_V_ERR_CERT_SIGNATURE_FAILURE);
    CU_ASSERT(log_count == 0);
    /* Nor if the callback lets it pass. */
    told.overrides = 1;
    CU_ASSERT(verify(&chain) == 1);
    CU_ASSERT(log_count == 0 && policy->generation.cache.bytes == 0);
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
    copy.X509_get0_pubkey = no_key;
    CU_ASSERT(verify(&chain) == 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(log_text, " signatures=unknown"));
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
    CU_ASSERT_PTR_NOT_NULL(strstr(log_text, " root=default depth=0 "));
    CU_ASSERT_PTR_NOT_NULL(strstr(log_text, " signatures=unknown"));
    made_chain_free(&chain);
}

/* Frees what the last test left. */
static void end(void)
{
    start();
    CU_ASSERT(policy_count == 0);
}

static CU_TestInfo tests[] = {
    {"telemetry off denies in silence", telemetry_off_denies_in_silence},
    {"log that is full denies in silence", log_that_is_full_denies_in_silence},
    {"denial is told before an observation", denial_is_told_before_an_observation},
    {"test mode observes", test_mode_observes},
    {"test mode is silent about what is refused", test_mode_is_silent_about_what_is_refused},
    {"list-wide off checks nothing", list_wide_off_checks_nothing},
    {"forged chain is told as such", forged_chain_is_told_as_such},
    {"key that cannot be had leaves signatures unknown",
     key_that_cannot_be_had_leaves_signatures_unknown},
    {"chain of one certificate", chain_of_one_certificate},
    {"end", end},
    CU_TEST_INFO_NULL,
};

RS_SUITE("guard_events", tests)
