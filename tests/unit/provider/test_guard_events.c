/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guard once more: what it tells the log.
 */
#include "tests/unit/guarded.h"
#include "tests/unit/suite.h"

static void telemetry_off_denies_in_silence(void)
{
    made_chain chain = made_chain_new("DNS:www.evil.example");
    start();
    rs_policy *policy = policy_add(RS_MODE_ENFORCE, list_for(&chain, "permit corp.example\n"));
    policy->settings.telemetry = RS_SINK_OFF;
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

/* Each policy tells for itself; in test mode nothing, of a chain that another one denies. */
static void each_policy_tells_of_its_own(void)
{
    made_chain chain = made_chain_new("DNS:www.corp.example");
    start();
    policy_add(RS_MODE_TEST, list_for(&chain, "permit other.example\n"));
    policy_add(RS_MODE_ENFORCE, list_for(&chain, "exclude corp.example\n"));
    CU_ASSERT(verify(&chain) == 0);
    CU_ASSERT(log_count == 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(log_text, "\"verdict\":\"denied\""));
    CU_ASSERT_PTR_NOT_NULL(strstr(log_text, "\"reason\":\"excluded\""));
    start();
    policy_add(RS_MODE_ENFORCE, list_for(&chain, "exclude corp.example\n"));
    policy_add(RS_MODE_ENFORCE, list_for(&chain, "permit other.example\n"));
    CU_ASSERT(verify(&chain) == 0);
    CU_ASSERT(log_count == 2 && log_lines_with("\"reason\":\"excluded\"") == 1);
    CU_ASSERT(log_lines_with("\"reason\":\"not-permitted\"") == 1);
    made_chain_free(&chain);
}

/* That the application let it pass is part of what is told, so it is told only then. */
static void overridden_denial_is_told_as_such(void)
{
    made_chain chain = made_chain_new("DNS:www.evil.example");
    start();
    policy_add(RS_MODE_ENFORCE, list_for(&chain, "permit corp.example\n"));
    told.overrides = 1;
    CU_ASSERT(verify(&chain) == 1);
    CU_ASSERT(log_count == 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(log_text, "\"verdict\":\"overridden\""));
    CU_ASSERT_PTR_NOT_NULL(strstr(log_text, "\"signatures\":\"valid\""));
    made_chain_free(&chain);
}

static int forgiving(int ok, X509_STORE_CTX *context)
{
    (void)ok;
    X509_STORE_CTX_set_error(context, X509_V_OK);
    return 1;
}

/* Some callbacks set the error back; the chain is no more accepted as it is for that. */
static void forgiven_chain_is_counted_once(void)
{
    made_chain chain = made_chain_new("DNS:www.evil.example");
    start();
    policy_add(RS_MODE_ENFORCE, list_for(&chain, "permit corp.example\n"));
    policy_add(RS_MODE_TEST, list_for(&chain, "exclude evil.example\n"));
    X509_STORE_CTX *context = made_context(&chain);
    X509_STORE_CTX_set_verify(context, guarded);
    X509_STORE_CTX_set_verify_cb(context, forgiving);
    CU_ASSERT(X509_verify_cert(context) == 1);
    X509_STORE_CTX_free(context);
    CU_ASSERT(log_count == 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(log_text, "\"verdict\":\"overridden\""));
    made_chain_free(&chain);
}

static int expected_purpose;

static int purpose_of(const X509_VERIFY_PARAM *param)
{
    (void)param;
    return expected_purpose;
}

static void peer_is_told(void)
{
    static const struct {
        int purpose;
        const char *host, *expected;
    } rows[] = {
        {0, NULL, "\"peer\":\"unknown\""},
        {X509_PURPOSE_SSL_CLIENT, NULL, "\"peer\":\"client\""},
        {X509_PURPOSE_SSL_SERVER, NULL, "\"peer\":\"server\""},
        {X509_PURPOSE_SMIME_SIGN, NULL, "\"peer\":\"unknown\""},
        {0, "www.evil.example", "\"peer\":\"server\""},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        made_chain chain = made_chain_new("DNS:www.evil.example");
        start();
        policy_add(RS_MODE_ENFORCE, list_for(&chain, "permit corp.example\n"));
        copy.X509_VERIFY_PARAM_get_purpose = purpose_of;
        expected_purpose = rows[i].purpose;
        X509_VERIFY_PARAM *expected = X509_VERIFY_PARAM_new();
        CU_ASSERT_FATAL(rows[i].host == NULL ||
                        X509_VERIFY_PARAM_set1_host(expected, rows[i].host, 0) == 1);
        CU_ASSERT_FATAL(X509_STORE_set1_param(chain.store, expected) == 1);
        CU_ASSERT(verify(&chain) == 0);
        CHECK_ROW(strstr(log_text, rows[i].expected) != NULL, rows[i].expected);
        X509_VERIFY_PARAM_free(expected);
        made_chain_free(&chain);
    }
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
        CU_ASSERT(log_count == 2 && log_lines_with("\"event\":\"checks\"") == 1);
        CU_ASSERT(log_lines_with("\"verdict\":\"would-deny\"") == 1);
        CU_ASSERT(log_lines_with("\"signatures\":\"valid\"") == 1);
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

static CU_TestInfo tests[] = {
    {"telemetry off denies in silence", telemetry_off_denies_in_silence},
    {"log that is full denies in silence", log_that_is_full_denies_in_silence},
    {"each policy tells of its own", each_policy_tells_of_its_own},
    {"overridden denial is told as such", overridden_denial_is_told_as_such},
    {"forgiven chain is counted once", forgiven_chain_is_counted_once},
    {"peer is told", peer_is_told},
    {"test mode observes", test_mode_observes},
    {"test mode is silent about what is refused", test_mode_is_silent_about_what_is_refused},
    {"list-wide off checks nothing", list_wide_off_checks_nothing},
    {"end", end},
    CU_TEST_INFO_NULL,
};

RS_SUITE("guard_events", tests)
