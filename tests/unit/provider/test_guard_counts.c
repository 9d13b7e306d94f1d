/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guard once more: how it counts chains by root, in a file and in the system's log.
 */
#include "tests/unit/guarded.h"
#include "tests/unit/suite.h"

static scratch_path telemetry_path;

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
    {"chains are counted", chains_are_counted},
    {"chains that do not hold change no rate", chains_that_do_not_hold_change_no_rate},
    {"system log counts roots in test mode", system_log_counts_roots_in_test_mode},
    {"own certificates are no checks", own_certificates_are_no_checks},
    {"end", end},
    CU_TEST_INFO_NULL,
};

RS_SUITE("guard_counts", tests)
