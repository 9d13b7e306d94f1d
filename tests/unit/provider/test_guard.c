/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/guarded.h"
#include "tests/unit/suite.h"

static void each_verdict(void)
{
    static const struct {
        const char *san, *lines;
        int error;
        const char *event;
    } rows[] = {
        {"DNS:www.corp.example", "permit corp.example\n", X509_V_OK, ""},
        {"DNS:www.evil.example", "permit corp.example\n", X509_V_ERR_PERMITTED_VIOLATION,
         "\"verdict\":\"denied\",\"depth\":0,\"form\":\"dns\",\"reason\":\"not-permitted\","
         "\"error\":47,"
         "\"suffix\":\"evil.example\",\"signatures\":\"valid\",\"peer\":\"unknown\",\"count\":1,"
         "\"name\":\"www.evil.example\"}"},
        {"DNS:hr.corp.example", "permit corp.example\nexclude hr.corp.example\n",
         X509_V_ERR_EXCLUDED_VIOLATION,
         "\"reason\":\"excluded\",\"error\":48,\"suffix\":\"hr.corp.example\","
         "\"signatures\":\"valid\",\"peer\":\"unknown\",\"count\":1,\"name\":\"hr.corp.example\""},
        {"DNS:a..corp.example", "permit corp.example\n", X509_V_ERR_UNSUPPORTED_NAME_SYNTAX,
         "\"reason\":\"empty-label\",\"error\":53,\"suffix\":\"\",\"signatures\":\"valid\","
         "\"peer\":\"unknown\",\"count\":1,\"name\":\"a..corp.example\""},
        {"DNS:www.evil.example", "mode off\npermit corp.example\n", X509_V_OK, ""},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        made_chain chain = made_chain_new(rows[i].san);
        start();
        policy_add(RS_MODE_ENFORCE, list_for(&chain, rows[i].lines));
        bool accepted = rows[i].error == X509_V_OK;
        CHECK_ROW(verify(&chain) == (accepted ? 1 : 0), rows[i].san);
        CHECK_ROW(last_error == rows[i].error, rows[i].san);
        CHECK_ROW(original_calls == (accepted ? 1 : 0), rows[i].san);
        CHECK_ROW(told.refused == (accepted ? 0 : 1), rows[i].san);
        CHECK_ROW(accepted || (told.error[0] == rows[i].error && told.depth[0] == 0 &&
                               told.has_certificate),
                  rows[i].san);
        CHECK_ROW(log_count == (accepted ? 0 : 1), rows[i].san);
        CHECK_ROW(strstr(log_text, rows[i].event) != NULL, rows[i].san);
        CHECK_ROW(accepted || log_lines_with("\"event\":\"violation\"") == 1, rows[i].san);
        made_chain_free(&chain);
    }
}

/* What settings say when there is nothing to check against. */
static void without_a_usable_policy(void)
{
    static const struct {
        rs_mode mode;
        bool allow;
        const char *problem;
        int result;
        const char *event;
    } rows[] = {
        {RS_MODE_ENFORCE, false, NULL, 0, "\"event\":\"problem\""},
        {RS_MODE_ENFORCE, true, NULL, 1, ""},
        {RS_MODE_TEST, false, NULL, 1, ""},
        {RS_MODE_OFF, false, NULL, 1, ""},
        {RS_MODE_ENFORCE, false, "bad settings", 0, "\"event\":\"problem\""},
        {RS_MODE_ENFORCE, true, "bad settings", 0, "\"event\":\"problem\""},
        {RS_MODE_TEST, false, "bad settings", 1, ""},
        {RS_MODE_OFF, false, "bad settings", 1, ""},
    };
    made_chain chain = made_chain_new("DNS:www.corp.example");
    for (size_t i = 0; i < ROWS(rows); i++) {
        start();
        rs_policy *policy = policy_add(rows[i].mode, NULL);
        policy->settings.allow_without_list = rows[i].allow;
        policy->settings.problem = rows[i].problem;
        CU_ASSERT(verify(&chain) == rows[i].result);
        CU_ASSERT(last_error == (rows[i].result == 1 ? X509_V_OK : X509_V_ERR_PERMITTED_VIOLATION));
        CU_ASSERT(log_count == (rows[i].result == 1 ? 0 : 1));
        CU_ASSERT(strstr(log_text, rows[i].event) != NULL);
        CU_ASSERT(policy->refreshes ==
                  (rows[i].mode == RS_MODE_OFF || rows[i].problem != NULL ? 0 : 1));
        if (rows[i].result == 0)
            CU_ASSERT_PTR_NOT_NULL(strstr(log_text, rows[i].problem == NULL
                                                        ? "\"problem\":\"no list could be loaded\""
                                                        : "\"problem\":\"bad settings\""));
    }
    made_chain_free(&chain);
}

static void more_policies_than_can_be_kept(void)
{
    made_chain chain = made_chain_new("DNS:www.corp.example");
    start();
    policies_overflowed = true;
    CU_ASSERT(verify(&chain) == 0);
    CU_ASSERT(last_error == X509_V_ERR_PERMITTED_VIOLATION);
    CU_ASSERT_PTR_NOT_NULL(strstr(log_text, "\"problem\":\"more policies than can be kept\""));
    start();
    CU_ASSERT(verify(&chain) == 1);
    made_chain_free(&chain);
}

static void callback_overrides_one_violation(void)
{
    made_chain chain = made_chain_new("DNS:www.evil.example");
    start();
    rs_policy *policy = policy_add(RS_MODE_ENFORCE, list_for(&chain, "permit corp.example\n"));
    told.overrides = 1;
    CU_ASSERT(verify(&chain) == 1);
    CU_ASSERT(original_calls == 1 && told.refused == 1);
    CU_ASSERT(last_error == X509_V_ERR_PERMITTED_VIOLATION);
    /* A chain that was not accepted as it is teaches the cache nothing. */
    CU_ASSERT(policy->list.generations[0].cache.bytes == 0);
    made_chain_free(&chain);
}

/* Leaf and intermediate: the callback is told of each, from the leaf up, until it refuses. */
static void callback_is_told_of_each_certificate(void)
{
    made_chain chain = made_chain_new("DNS:www.evil.example");
    for (unsigned overrides = 0; overrides <= 2; overrides++) {
        start();
        policy_add(RS_MODE_ENFORCE,
                   list_for(&chain, "permit corp.example\norganization \"Leaf\"\n"));
        told.overrides = overrides;
        CU_ASSERT(verify(&chain) == (overrides == 2 ? 1 : 0));
        CU_ASSERT(told.refused == (overrides == 0 ? 1 : 2));
        CU_ASSERT(told.depth[0] == 0 && told.error[0] == X509_V_ERR_PERMITTED_VIOLATION);
        CU_ASSERT(overrides == 0 || told.depth[1] == 1);
        CU_ASSERT(told.has_certificate);
        CU_ASSERT(original_calls == (overrides == 2 ? 1 : 0));
    }
    made_chain_free(&chain);
}

static rs_verify_cb_fn no_callback(const X509_STORE_CTX *context)
{
    (void)context;
    return NULL;
}

/* OpenSSL's own checks take any answer but 0; a denial takes none but 1. */
static void callback_overrides_by_1_alone(void)
{
    static const int answers[] = {-1, 0, 2};
    made_chain chain = made_chain_new("DNS:www.evil.example");
    for (size_t i = 0; i < ROWS(answers); i++) {
        start();
        policy_add(RS_MODE_ENFORCE, list_for(&chain, "permit corp.example\n"));
        told.answer = answers[i];
        CU_ASSERT(verify(&chain) == 0);
        CU_ASSERT(original_calls == 0 && told.refused == 1);
    }
    made_chain_free(&chain);
}

static void without_a_callback_nothing_overrides(void)
{
    made_chain chain = made_chain_new("DNS:www.evil.example");
    start();
    policy_add(RS_MODE_ENFORCE, list_for(&chain, "permit corp.example\n"));
    copy.table.X509_STORE_CTX_get_verify_cb = no_callback;
    CU_ASSERT(verify(&chain) == 0);
    CU_ASSERT(told.refused == 0 && original_calls == 0);
    made_chain_free(&chain);
}

static void every_policy_must_be_satisfied(void)
{
    made_chain chain = made_chain_new("DNS:www.corp.example");
    static const struct {
        const char *first, *second;
        unsigned refused;
        int error;
    } rows[] = {
        {"permit corp.example\n", "permit corp.example\n", 0, X509_V_OK},
        {"permit corp.example\n", "permit other.example\n", 1, X509_V_ERR_PERMITTED_VIOLATION},
        {"permit other.example\n", "permit corp.example\n", 1, X509_V_ERR_PERMITTED_VIOLATION},
        {"permit other.example\n", "exclude corp.example\n", 1, X509_V_ERR_PERMITTED_VIOLATION},
        {"permit other.example\n", "organization \"Leaf\"\n", 2, X509_V_ERR_PERMITTED_VIOLATION},
        {"organization \"Leaf\"\n", "exclude corp.example\n", 2, X509_V_ERR_EXCLUDED_VIOLATION},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        start();
        policy_add(RS_MODE_ENFORCE, list_for(&chain, rows[i].first));
        policy_add(RS_MODE_ENFORCE, list_for(&chain, rows[i].second));
        told.overrides = 8;
        CU_ASSERT(verify(&chain) == 1);
        CU_ASSERT(told.refused == rows[i].refused);
        CU_ASSERT(told.error[0] == rows[i].error);
        CU_ASSERT((log_count > 0) == (rows[i].refused > 0));
    }
    made_chain_free(&chain);
}

static void accepted_chain_fills_the_cache(void)
{
    made_chain chain = made_chain_new("DNS:www.corp.example");
    start();
    rs_policy *policy = policy_add(RS_MODE_ENFORCE, list_for(&chain, "permit corp.example\n"));
    policy_add(RS_MODE_ENFORCE, NULL)->settings.allow_without_list = true;
    CU_ASSERT(policy->list.generations[0].cache.bytes == 0);
    CU_ASSERT(verify(&chain) == 1);
    size_t bytes = policy->list.generations[0].cache.bytes;
    CU_ASSERT(bytes > 0);
    CU_ASSERT(verify(&chain) == 1);
    CU_ASSERT(policy->list.generations[0].cache.bytes == bytes);
    made_chain_free(&chain);
}

static const made_chain *other_chain;

/* As an application's callback may: it gives the context another chain. */
static int original_with_another_chain(X509_STORE_CTX *context)
{
    STACK_OF(X509) *chain = sk_X509_new_null();
    sk_X509_push(chain, X509_dup(other_chain->leaf.certificate));
    sk_X509_push(chain, X509_dup(other_chain->intermediate.certificate));
    sk_X509_push(chain, X509_dup(other_chain->root.certificate));
    int result = plain(context);
    X509_STORE_CTX_set0_verified_chain(context, chain);
    return result;
}

static int guarded_with_another_chain(X509_STORE_CTX *context)
{
    return rs_guard_verify(&copy, original_with_another_chain, context);
}

/* Nothing that is known of one chain is remembered of another that took its place. */
static void another_chain_is_looked_up_itself(void)
{
    made_chain chain = made_chain_new("DNS:www.evil.example"),
               other = made_chain_new("DNS:www.evil.example");
    start();
    policy_add(RS_MODE_ENFORCE, list_for(&other, "permit corp.example\n"));
    other_chain = &other;
    X509_STORE_CTX *context = made_context(&chain);
    X509_STORE_CTX_set_verify(context, guarded_with_another_chain);
    CU_ASSERT(X509_verify_cert(context) == 1);
    X509_STORE_CTX_free(context);
    CU_ASSERT(verify(&other) == 0);
    CU_ASSERT(last_error == X509_V_ERR_PERMITTED_VIOLATION);
    made_chain_free(&chain);
    made_chain_free(&other);
}

static void result_of_the_original_is_returned(void)
{
    made_chain chain = made_chain_new("DNS:www.corp.example");
    start();
    original_result = 7;
    policy_add(RS_MODE_ENFORCE, list_for(&chain, "permit corp.example\n"));
    CU_ASSERT(verify(&chain) == 1);
    CU_ASSERT(guarded_result == 7);
    original_result = -1;
    CU_ASSERT(verify(&chain) <= 0);
    CU_ASSERT(guarded_result == -1);
    made_chain_free(&chain);
}

/* The double of the policy leaves an errno behind each time. */
static void errno_and_error_queue_stay(void)
{
    for (int denied = 0; denied <= 1; denied++) {
        made_chain chain = made_chain_new(denied ? "DNS:evil.example" : "DNS:corp.example");
        start();
        policy_add(RS_MODE_ENFORCE, list_for(&chain, "permit corp.example\n"));
        policy_add(RS_MODE_TEST, list_for(&chain, "exclude corp.example\n"));
        for (int waiting = 0; waiting <= 1; waiting++) {
            ERR_clear_error();
            if (waiting)
                ERR_raise(ERR_LIB_USER, 1);
            errno = EXDEV;
            CU_ASSERT(verify(&chain) == (denied ? 0 : 1));
            CU_ASSERT(errno == EXDEV);
            CU_ASSERT(ERR_GET_REASON(ERR_peek_last_error()) == waiting);
            ERR_get_error();
            CU_ASSERT(ERR_get_error() == 0);
        }
        made_chain_free(&chain);
    }
    ERR_clear_error();
}

static void without_a_chain_it_delegates(void)
{
    start();
    policy_add(RS_MODE_ENFORCE, NULL);
    original_result = 5;
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    CU_ASSERT_FATAL(X509_STORE_CTX_init(context, NULL, NULL, NULL) == 1);
    CU_ASSERT(rs_guard_verify(&copy, original, context) == 5);
    CU_ASSERT(policies[0].refreshes == 0 && log_count == 0);
    X509_STORE_CTX_set_verify_cb(context, callback);
    CU_ASSERT(rs_guard_deny(&copy, context) == 0);
    CU_ASSERT(told.refused == 0);
    X509_STORE_CTX_free(context);
}

static X509_STORE_CTX *some_parent(const X509_STORE_CTX *context)
{
    return (X509_STORE_CTX *)(uintptr_t)context;
}

/* The path of a CRL's issuer, which names no peer. */
static void with_a_parent_it_delegates(void)
{
    made_chain chain = made_chain_new("DNS:www.evil.example");
    start();
    policy_add(RS_MODE_ENFORCE, list_for(&chain, "permit corp.example\n"));
    copy.X509_STORE_CTX_get0_parent_ctx = some_parent;
    CU_ASSERT(verify(&chain) == 1);
    CU_ASSERT(policies[0].refreshes == 0 && log_count == 0);
    made_chain_free(&chain);
}

static int denying(X509_STORE_CTX *context)
{
    return rs_guard_deny(&copy, context);
}

/* There is no verify function to go on with, whatever the callback says. */
static void deny_cannot_be_overridden(void)
{
    made_chain chain = made_chain_new("DNS:www.corp.example");
    start();
    told.overrides = 8;
    X509_STORE_CTX *context = made_context(&chain);
    X509_STORE_CTX_set_verify(context, denying);
    X509_STORE_CTX_set_verify_cb(context, callback);
    CU_ASSERT(X509_verify_cert(context) == 0);
    CU_ASSERT(X509_STORE_CTX_get_error(context) == X509_V_ERR_PERMITTED_VIOLATION);
    CU_ASSERT(told.refused == 1 && told.depth[0] == 0 && told.has_certificate);
    X509_STORE_CTX_free(context);
    made_chain_free(&chain);
}

static void reference_identity_is_checked(void)
{
    made_chain chain = made_chain_new("DNS:www.corp.example");
    start();
    policy_add(RS_MODE_ENFORCE, list_for(&chain, "permit corp.example\n"));
    X509_VERIFY_PARAM *expected = X509_VERIFY_PARAM_new();
    CU_ASSERT_FATAL(X509_VERIFY_PARAM_set1_host(expected, "www.evil.example", 0) == 1);
    CU_ASSERT_FATAL(X509_STORE_set1_param(chain.store, expected) == 1);
    told.overrides = 8; /* OpenSSL's own check of the name comes first */
    CU_ASSERT(verify(&chain) == 1);
    CU_ASSERT(told.refused == 2 && told.error[0] == X509_V_ERR_HOSTNAME_MISMATCH);
    CU_ASSERT(told.error[1] == X509_V_ERR_PERMITTED_VIOLATION);
    CU_ASSERT_PTR_NOT_NULL(strstr(log_text, "\"reference\":true,"));
    X509_VERIFY_PARAM_free(expected);
    made_chain_free(&chain);
}

static CU_TestInfo tests[] = {
    {"each verdict", each_verdict},
    {"without a usable policy", without_a_usable_policy},
    {"more policies than can be kept", more_policies_than_can_be_kept},
    {"callback overrides one violation", callback_overrides_one_violation},
    {"callback is told of each certificate", callback_is_told_of_each_certificate},
    {"callback overrides by 1 alone", callback_overrides_by_1_alone},
    {"without a callback nothing overrides", without_a_callback_nothing_overrides},
    {"every policy must be satisfied", every_policy_must_be_satisfied},
    {"accepted chain fills the cache", accepted_chain_fills_the_cache},
    {"another chain is looked up itself", another_chain_is_looked_up_itself},
    {"result of the original is returned", result_of_the_original_is_returned},
    {"errno and error queue stay", errno_and_error_queue_stay},
    {"without a chain it delegates", without_a_chain_it_delegates},
    {"with a parent it delegates", with_a_parent_it_delegates},
    {"deny cannot be overridden", deny_cannot_be_overridden},
    {"reference identity is checked", reference_identity_is_checked},
    {"end", end},
    CU_TEST_INFO_NULL,
};

RS_SUITE("guard", tests)
