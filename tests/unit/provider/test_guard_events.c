/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guard once more: what it tells the log.
 */
#include "tests/unit/guarded.h"
#include "tests/unit/suite.h"

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

static scratch_path telemetry_path;

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

static rs_policy *policy_to_file(rs_mode mode, const char *source)
{
    rs_policy *policy = policy_add(mode, source);
    snprintf(policy->settings.telemetry_file, sizeof policy->settings.telemetry_file, "%s",
             telemetry_path.text);
    policy->settings.telemetry = RS_SINK_FILE;
    rs_sink_config config = rs_settings_sink(&policy->settings);
    rs_sink_init(&policy->sink, &config);
    return policy;
}

/* How many lines of the file have this in them. */
static unsigned told_in_file(const char *part)
{
    char line[RS_JSON_LINE_MAX + 2];
    unsigned count = 0;
    FILE *file = fopen(telemetry_path.text, "r");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    while (fgets(line, sizeof line, file) != NULL)
        count += strstr(line, part) != NULL;
    fclose(file);
    return count;
}

/* With a log in a file chains are counted by root, whatever the mode. */
static void chains_are_counted(void)
{
    static const struct {
        rs_mode mode;
        const char *lines, *counts;
        int result;
    } rows[] = {
        {RS_MODE_ENFORCE, "permit evil.example\n",
         "\"mode\":\"enforce\",\"checked\":1,\"permitted\":1,\"violated\":0,\"unverified\":0}", 1},
        {RS_MODE_ENFORCE, "permit corp.example\n",
         "\"mode\":\"enforce\",\"checked\":1,\"permitted\":0,\"violated\":1,\"unverified\":0}", 0},
        {RS_MODE_TEST, "permit evil.example\n",
         "\"mode\":\"test\",\"checked\":1,\"permitted\":1,\"violated\":0,\"unverified\":0}", 1},
        {RS_MODE_TEST, "permit corp.example\n",
         "\"mode\":\"test\",\"checked\":1,\"permitted\":0,\"violated\":1,\"unverified\":0}", 1},
    };
    made_chain chain = made_chain_new("DNS:www.evil.example");
    telemetry_path = scratch("telemetry.log");
    for (size_t i = 0; i < ROWS(rows); i++) {
        start();
        rs_policy *policy = policy_to_file(rows[i].mode, list_for(&chain, rows[i].lines));
        CU_ASSERT(verify(&chain) == rows[i].result);
        CHECK_ROW(told_in_file("\"event\":\"checks\"") == 1, rows[i].counts);
        CHECK_ROW(told_in_file(rows[i].counts) == 1, rows[i].counts);
        CHECK_ROW(log_count == 0, rows[i].counts);
        rs_sink_clear(&policy->sink);
        remove(telemetry_path.text);
    }
    made_chain_free(&chain);
}

/* Neither with signatures that do not hold, nor refused by OpenSSL. */
static void chains_that_do_not_hold_change_no_rate(void)
{
    made_chain chain = forged_chain_new("DNS:www.evil.example");
    telemetry_path = scratch("telemetry.log");
    start();
    rs_policy *policy = policy_to_file(RS_MODE_ENFORCE, list_for(&chain, "permit corp.example\n"));
    CU_ASSERT(verify(&chain) == 0);
    CU_ASSERT(told_in_file("\"checked\":0,\"permitted\":0,\"violated\":0,\"unverified\":1}") == 1);
    CU_ASSERT(told_in_file("\"signatures\":\"invalid\"") == 1);
    policy->settings.mode = RS_MODE_TEST;
    CU_ASSERT(verify(&chain) == 0);
    CU_ASSERT(told_in_file("") == 2);
    rs_sink_clear(&policy->sink);
    remove(telemetry_path.text);
    start();
    policy = policy_to_file(RS_MODE_ENFORCE, list_for(&chain, "permit evil.example\n"));
    CU_ASSERT(verify(&chain) == 0);
    CU_ASSERT(told_in_file("") == 0);
    rs_sink_clear(&policy->sink);
    remove(telemetry_path.text);
    ERR_clear_error();
    made_chain_free(&chain);
}

/* Of enforced roots the system's log hears nothing but violations. */
static void system_log_counts_roots_in_test_mode(void)
{
    made_chain chain = made_chain_new("DNS:www.corp.example");
    start();
    policy_add(RS_MODE_ENFORCE, list_for(&chain, "permit corp.example\n"));
    CU_ASSERT(verify(&chain) == 1);
    CU_ASSERT(log_count == 0 && log_budget == UINT_MAX);
    policy_add(RS_MODE_TEST, list_for(&chain, "permit corp.example\n"));
    CU_ASSERT(verify(&chain) == 1);
    CU_ASSERT(log_count == 1 && log_severity == RS_SYSLOG_NOTICE);
    CU_ASSERT_PTR_NOT_NULL(strstr(log_text, "\"mode\":\"test\",\"checked\":1,"));
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

/* Frees what the last test left. */
static void end(void)
{
    start();
    CU_ASSERT(policy_count == 0);
}

/* Verified as libssl does for a certificate of its own. */
static int verify_as_own(const made_chain *chain)
{
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    CU_ASSERT_FATAL(X509_STORE_add_cert(store, chain->root.certificate) == 1);
    CU_ASSERT_FATAL(X509_STORE_add_cert(store, chain->intermediate.certificate) == 1);
    CU_ASSERT_FATAL(X509_STORE_CTX_init(context, store, chain->leaf.certificate, NULL) == 1);
    X509_STORE_CTX_set_verify(context, guarded);
    int result = X509_verify_cert(context);
    X509_STORE_CTX_free(context);
    X509_STORE_free(store);
    return result;
}

/* The verdict stays; what it is not is a check of a peer, or a violation. */
static void own_certificates_are_no_checks(void)
{
    made_chain good = made_chain_new("DNS:www.corp.example");
    start();
    telemetry_path = scratch("own");
    policy_to_file(RS_MODE_ENFORCE, list_for(&good, "permit corp.example\n"));
    CU_ASSERT(verify_as_own(&good) == 1);
    CU_ASSERT(told_in_file("rootscope") == 0);
    policies_clear();
    policy_to_file(RS_MODE_TEST, list_for(&good, "permit other.example\n"));
    CU_ASSERT(verify_as_own(&good) == 1);
    CU_ASSERT(told_in_file("rootscope") == 0);
    policies_clear();
    policy_to_file(RS_MODE_ENFORCE, list_for(&good, "permit other.example\n"));
    CU_ASSERT(verify_as_own(&good) == 0 && verify_as_own(&good) == 0);
    CU_ASSERT(told_in_file("\"event\":\"problem\"") == 1 && told_in_file("rootscope") == 1);
    CU_ASSERT(told_in_file("\"kind\":\"own-certificate\"") == 1);
    CU_ASSERT(verify(&good) == 0);
    CU_ASSERT(told_in_file("\"verdict\":\"denied\"") == 1);
    policies_clear();
    made_chain_free(&good);
}

static CU_TestInfo tests[] = {
    {"telemetry off denies in silence", telemetry_off_denies_in_silence},
    {"log that is full denies in silence", log_that_is_full_denies_in_silence},
    {"each policy tells of its own", each_policy_tells_of_its_own},
    {"overridden denial is told as such", overridden_denial_is_told_as_such},
    {"forgiven chain is counted once", forgiven_chain_is_counted_once},
    {"chains are counted", chains_are_counted},
    {"chains that do not hold change no rate", chains_that_do_not_hold_change_no_rate},
    {"system log counts roots in test mode", system_log_counts_roots_in_test_mode},
    {"peer is told", peer_is_told},
    {"test mode observes", test_mode_observes},
    {"test mode is silent about what is refused", test_mode_is_silent_about_what_is_refused},
    {"list-wide off checks nothing", list_wide_off_checks_nothing},
    {"forged chain is told as such", forged_chain_is_told_as_such},
    {"forged chain costs one signature", forged_chain_costs_one_signature},
    {"nobody vouches for what the callback let pass",
     nobody_vouches_for_what_the_callback_let_pass},
    {"key that cannot be had leaves signatures unknown",
     key_that_cannot_be_had_leaves_signatures_unknown},
    {"chain of one certificate", chain_of_one_certificate},
    {"end", end},
    {"own certificates are no checks", own_certificates_are_no_checks},
    CU_TEST_INFO_NULL,
};

RS_SUITE("guard_events", tests)
