/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/failing_memory.h"
#include "tests/unit/issued.h"
#include "tests/unit/stanza.h"
#include "tests/unit/suite.h"

#include <openssl/err.h>
#include <pthread.h>
#include <rootscope/rootscope.h>

static issued root, intermediate, good, bad;

static void issues_certificates(void)
{
    root = issue("Test Root", NULL, NULL);
    intermediate = issue("Test Intermediate", NULL, &root);
    good = issue("A Good Leaf", "DNS:www.corp.example", &intermediate);
    bad = issue("A Bad Leaf", "DNS:www.evil.example", &intermediate);
    CU_ASSERT_PTR_NOT_NULL(bad.certificate);
}

static void frees_certificates(void)
{
    issued_free(&bad);
    issued_free(&good);
    issued_free(&intermediate);
    issued_free(&root);
    CU_ASSERT_PTR_NULL(root.certificate);
}

static rootscope_list *open_rules(const char *rules)
{
    char text[1024];
    test_list compiled;
    rootscope_list *list = NULL;
    snprintf(text, sizeof text, "%s%s\n", root_line(&root), rules);
    list_open(&compiled, text);
    CU_ASSERT_EQUAL_FATAL(rootscope_list_open_memory(compiled.bytes, compiled.image.file.n, &list),
                          ROOTSCOPE_OK);
    list_close(&compiled);
    return list;
}

static X509_STORE *new_store(void)
{
    X509_STORE *store = X509_STORE_new();
    must(store != NULL && X509_STORE_add_cert(store, root.certificate) == 1);
    return store;
}

/* A store with a list of these rules, which it alone keeps. */
static X509_STORE *store_with(const char *rules)
{
    X509_STORE *store = new_store();
    rootscope_list *list = open_rules(rules);
    CU_ASSERT_EQUAL_FATAL(rootscope_attach(list, store), 1);
    rootscope_list_free(list);
    return store;
}

/* What an application's callback was told, and what it answers to a refusal. */
enum { CALLS_MAX = 8 };
static struct told {
    int answer;
    int refusals;
    int error[CALLS_MAX], depth[CALLS_MAX];
    const X509 *certificate[CALLS_MAX];
    int accepted_leaf; /* calls with ok = 1 at depth 0 before the first refusal */
} told;

static int tell(int ok, X509_STORE_CTX *ctx)
{
    if (ok) {
        told.accepted_leaf += told.refusals == 0 && X509_STORE_CTX_get_error_depth(ctx) == 0;
        return 1;
    }
    if (told.refusals < CALLS_MAX) {
        told.error[told.refusals] = X509_STORE_CTX_get_error(ctx);
        told.depth[told.refusals] = X509_STORE_CTX_get_error_depth(ctx);
        told.certificate[told.refusals] = X509_STORE_CTX_get_current_cert(ctx);
    }
    told.refusals++;
    return told.answer;
}

typedef struct outcome {
    int verified, error, depth;
} outcome;

static outcome verify_leaf(X509_STORE *store, const issued *leaf, X509_STORE_CTX_verify_cb callback)
{
    X509_STORE_CTX *ctx = X509_STORE_CTX_new();
    STACK_OF(X509) *untrusted = sk_X509_new_null();
    must(ctx != NULL && sk_X509_push(untrusted, intermediate.certificate) > 0 &&
         X509_STORE_CTX_init(ctx, store, leaf->certificate, untrusted) == 1);
    if (callback != NULL)
        X509_STORE_CTX_set_verify_cb(ctx, callback);
    outcome found = {.verified = X509_verify_cert(ctx)};
    found.error = X509_STORE_CTX_get_error(ctx);
    found.depth = X509_STORE_CTX_get_error_depth(ctx);
    X509_STORE_CTX_free(ctx);
    sk_X509_free(untrusted);
    return found;
}

static void a_list_binds_every_verification(void)
{
    X509_STORE *without = new_store(), *with = store_with(" permit corp.example");
    for (int round = 0; round < 3; round++) {
        CU_ASSERT_EQUAL(verify_leaf(without, &bad, NULL).verified, 1);
        CU_ASSERT_EQUAL(verify_leaf(with, &good, NULL).verified, 1);
        outcome refused = verify_leaf(with, &bad, NULL);
        CU_ASSERT_EQUAL(refused.verified, 0);
        CU_ASSERT_EQUAL(refused.error, X509_V_ERR_PERMITTED_VIOLATION);
        CU_ASSERT_EQUAL(refused.depth, 0);
    }
    CU_ASSERT_EQUAL(ERR_peek_error(), 0);
    X509_STORE_free(with);
    X509_STORE_free(without);
}

static void test_mode_refuses_nothing(void)
{
    X509_STORE *store = store_with(" permit corp.example\n mode test");
    CU_ASSERT_EQUAL(verify_leaf(store, &bad, tell).verified, 1);
    X509_STORE_free(store);
}

/* One call for each certificate, lowest depth first, and none with ok = 1 before. */
static void the_callback_is_told(void)
{
    X509_STORE *store = store_with(" permit corp.example\n permit dirname:O=none");
    told = (struct told){.answer = 1};
    CU_ASSERT_EQUAL(verify_leaf(store, &bad, tell).verified, 1);
    CU_ASSERT_EQUAL(told.refusals, 2);
    for (int i = 0; i < 2; i++) {
        CU_ASSERT_EQUAL(told.error[i], X509_V_ERR_PERMITTED_VIOLATION);
        CU_ASSERT_EQUAL(told.depth[i], i);
    }
    CU_ASSERT_PTR_EQUAL(told.certificate[0], bad.certificate);
    CU_ASSERT_PTR_EQUAL(told.certificate[1], intermediate.certificate);
    CU_ASSERT_EQUAL(told.accepted_leaf, 0);
    X509_STORE_free(store);
}

/* Only 1 is an answer that lets the verification go on. */
static void the_callback_may_refuse(void)
{
    static const int answers[] = {0, -1, 2};
    X509_STORE *store = store_with(" permit corp.example\n permit dirname:O=none");
    for (size_t i = 0; i < ROWS(answers); i++) {
        told = (struct told){.answer = answers[i]};
        outcome refused = verify_leaf(store, &bad, tell);
        CU_ASSERT_EQUAL(refused.verified, 0);
        CU_ASSERT_EQUAL(refused.error, X509_V_ERR_PERMITTED_VIOLATION);
        CU_ASSERT_EQUAL(told.refusals, 1);
        CU_ASSERT_EQUAL(told.accepted_leaf, 0);
    }
    X509_STORE_free(store);
}

/* An application's own verify function. */
static int own_calls, own_answer;

static int own_verify(X509_STORE_CTX *ctx)
{
    (void)ctx;
    own_calls++;
    return own_answer;
}

static void the_stores_own_function_is_called_after(void)
{
    X509_STORE *store = new_store();
    rootscope_list *list = open_rules(" permit corp.example");
    X509_STORE_set_verify(store, own_verify);
    CU_ASSERT_EQUAL(rootscope_attach(list, store), 1);
    rootscope_list_free(list);
    own_calls = 0;
    own_answer = 1;
    CU_ASSERT_EQUAL(verify_leaf(store, &good, NULL).verified, 1);
    CU_ASSERT_EQUAL(own_calls, 1);
    own_answer = 0;
    CU_ASSERT_EQUAL(verify_leaf(store, &good, NULL).verified, 0);
    CU_ASSERT_EQUAL(own_calls, 2);
    own_answer = 1;
    CU_ASSERT_EQUAL(verify_leaf(store, &bad, NULL).verified, 0);
    CU_ASSERT_EQUAL(own_calls, 2);
    X509_STORE_free(store);
}

static void another_list_takes_over(void)
{
    X509_STORE *store = store_with(" permit corp.example");
    X509_STORE_CTX_verify_fn ours = X509_STORE_get_verify(store);
    rootscope_list *other = open_rules(" permit evil.example");
    CU_ASSERT_EQUAL(rootscope_attach(other, store), 1);
    CU_ASSERT_EQUAL(verify_leaf(store, &bad, NULL).verified, 1);
    CU_ASSERT_EQUAL(verify_leaf(store, &good, NULL).verified, 0);
    /* The same once more changes nothing. */
    CU_ASSERT_EQUAL(rootscope_attach(other, store), 1);
    CU_ASSERT_EQUAL(verify_leaf(store, &good, NULL).verified, 0);
    CU_ASSERT_TRUE(X509_STORE_get_verify(store) == ours);
    rootscope_list_free(other);
    X509_STORE_free(store);
}

static void stores_share_a_list(void)
{
    rootscope_list *list = open_rules(" permit corp.example");
    X509_STORE *one = new_store(), *two = new_store();
    CU_ASSERT_EQUAL(rootscope_attach(list, one), 1);
    CU_ASSERT_EQUAL(rootscope_attach(list, two), 1);
    rootscope_list_free(list);
    X509_STORE_free(one);
    CU_ASSERT_EQUAL(verify_leaf(two, &bad, NULL).verified, 0);
    X509_STORE_free(two);
}

/* Whoever copies the function to a store without a list meant it to be enforced. */
static void without_a_list_nothing_is_accepted(void)
{
    X509_STORE *with = store_with(" permit corp.example"), *without = new_store();
    X509_STORE_set_verify(without, X509_STORE_get_verify(with));
    outcome refused = verify_leaf(without, &good, NULL);
    CU_ASSERT_EQUAL(refused.verified, 0);
    CU_ASSERT_EQUAL(refused.error, X509_V_ERR_UNSPECIFIED);
    X509_STORE_free(without);
    X509_STORE_free(with);
}

/*
 * A store that has another's function, and then a list of its own, does not call itself for ever.
 */
static void a_borrowed_function_is_not_called_after(void)
{
    X509_STORE *with = store_with(" permit corp.example"), *other = new_store();
    rootscope_list *list = open_rules(" permit evil.example");
    X509_STORE_set_verify(other, X509_STORE_get_verify(with));
    CU_ASSERT_EQUAL(rootscope_attach(list, other), 1);
    rootscope_list_free(list);
    CU_ASSERT_EQUAL(verify_leaf(other, &bad, NULL).verified, 1);
    CU_ASSERT_EQUAL(verify_leaf(other, &good, NULL).verified, 0);
    X509_STORE_free(other);
    X509_STORE_free(with);
}

/*
 * Numbers of ex_data are counted for each default library context: under another one, what an
 * application keeps in its stores must not be taken for ours, nor ours for its own.
 */
static void applications_keep_their_data(void)
{
    X509_STORE *first = store_with(" permit corp.example");
    OSSL_LIB_CTX *own = OSSL_LIB_CTX_new(), *before = OSSL_LIB_CTX_set0_default(own);
    char data[64];
    memset(data, 'A', sizeof data);
    X509_STORE *store = new_store();
    int numbers[3];
    for (size_t i = 0; i < ROWS(numbers); i++) {
        numbers[i] = X509_STORE_get_ex_new_index(0, NULL, NULL, NULL, NULL);
        CU_ASSERT_EQUAL(X509_STORE_set_ex_data(store, numbers[i], data), 1);
    }
    rootscope_list *list = open_rules(" permit corp.example");
    CU_ASSERT_EQUAL(rootscope_attach(list, store), 1);
    CU_ASSERT_EQUAL(rootscope_attach(list, store), 1);
    rootscope_list_free(list);
    CU_ASSERT_EQUAL(verify_leaf(store, &bad, NULL).verified, 0);
    CU_ASSERT_EQUAL(verify_leaf(store, &good, NULL).verified, 1);
    for (size_t i = 0; i < ROWS(numbers); i++)
        CU_ASSERT_PTR_EQUAL(X509_STORE_get_ex_data(store, numbers[i]), data);
    for (size_t i = 0; i < sizeof data; i++)
        CU_ASSERT_EQUAL(data[i], 'A');
    X509_STORE_free(store);
    OSSL_LIB_CTX_set0_default(before);
    OSSL_LIB_CTX_free(own);
    CU_ASSERT_EQUAL(verify_leaf(first, &bad, NULL).verified, 0);
    X509_STORE_free(first);
}

/* The store has the issuing CA beside its root, and takes it for the end of the chain. */
static void roots_above_a_trusted_certificate_count(void)
{
    X509_STORE *store = store_with(" permit corp.example");
    must(X509_STORE_add_cert(store, intermediate.certificate) == 1);
    X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
    for (int round = 0; round < 2; round++) {
        CU_ASSERT_EQUAL(verify_leaf(store, &good, NULL).verified, 1);
        CU_ASSERT_EQUAL(verify_leaf(store, &bad, NULL).error, X509_V_ERR_PERMITTED_VIOLATION);
    }
    CU_ASSERT_EQUAL(ERR_peek_error(), 0);
    X509_STORE_free(store);
}

/* As with a raw public key: there is no chain to judge. */
static void without_a_chain_it_delegates(void)
{
    X509_STORE *store = new_store();
    rootscope_list *list = open_rules(" permit corp.example");
    X509_STORE_set_verify(store, own_verify);
    must(rootscope_attach(list, store) == 1);
    rootscope_list_free(list);
    X509_STORE_CTX *ctx = X509_STORE_CTX_new();
    must(X509_STORE_CTX_init(ctx, store, NULL, NULL) == 1);
    own_calls = 0;
    own_answer = 1;
    CU_ASSERT_EQUAL(X509_STORE_get_verify(store)(ctx), 1);
    CU_ASSERT_EQUAL(own_calls, 1);
    X509_STORE_CTX_free(ctx);
    X509_STORE_free(store);
}

/* OpenSSL itself misses the host in the certificate; whoever overrides that is told of the rest. */
static void what_an_application_expects_counts(void)
{
    X509_STORE *store = store_with(" permit corp.example");
    X509_STORE_CTX *ctx = X509_STORE_CTX_new();
    issued leaf = issue("Another Leaf", "DNS:corp.example", &root);
    must(X509_STORE_CTX_init(ctx, store, leaf.certificate, NULL) == 1 &&
         X509_VERIFY_PARAM_set1_host(X509_STORE_CTX_get0_param(ctx), "evil.example", 0) == 1);
    X509_STORE_CTX_set_verify_cb(ctx, tell);
    told = (struct told){.answer = 1};
    CU_ASSERT_EQUAL(X509_verify_cert(ctx), 1);
    CU_ASSERT_EQUAL(told.refusals, 2);
    CU_ASSERT_EQUAL(told.error[0], X509_V_ERR_HOSTNAME_MISMATCH);
    CU_ASSERT_EQUAL(told.error[1], X509_V_ERR_PERMITTED_VIOLATION);
    CU_ASSERT_EQUAL(told.depth[1], 0);
    X509_STORE_CTX_free(ctx);
    issued_free(&leaf);
    X509_STORE_free(store);
}

static void misuse_changes_nothing(void)
{
    X509_STORE *store = new_store();
    rootscope_list *list = open_rules(" permit corp.example");
    CU_ASSERT_EQUAL(rootscope_attach(NULL, store), 0);
    CU_ASSERT_EQUAL(rootscope_attach(list, NULL), 0);
    CU_ASSERT_TRUE(X509_STORE_get_verify(store) == NULL);
    CU_ASSERT_EQUAL(verify_leaf(store, &bad, NULL).verified, 1);
    rootscope_list_free(list);
    X509_STORE_free(store);
}

static void survives_without_memory(void)
{
#ifndef RS_MEMORY_NEVER_FAILS
    rootscope_list *list = open_rules(" permit corp.example");
    int failures = 0;
    for (long n = 0; n < 100; n++) {
        X509_STORE *store = new_store();
        memory_fail_after(n);
        int attached = rootscope_attach(list, store);
        bool failed = memory_fail_stop();
        /* OpenSSL itself gets over the want of memory in some places. */
        CU_ASSERT_TRUE(attached || failed);
        CU_ASSERT_EQUAL(X509_STORE_get_verify(store) != NULL, attached);
        CU_ASSERT_EQUAL(verify_leaf(store, &bad, NULL).verified, !attached);
        CU_ASSERT_EQUAL(ERR_peek_error(), 0);
        X509_STORE_free(store);
        failures += !attached;
        if (!failed)
            break;
    }
    CU_ASSERT_TRUE(failures > 0);
    rootscope_list_free(list);
#endif
}

enum { ROUNDS = 200 };

static void *verify_again_and_again(void *arg)
{
    static int wrong;
    for (int i = 0; i < ROUNDS; i++)
        if (verify_leaf(arg, &bad, NULL).verified != 0)
            return &wrong;
    return NULL;
}

/* Both lists refuse: no moment without a list may show. */
static void lists_change_under_threads(void)
{
    X509_STORE *store = store_with(" permit corp.example");
    rootscope_list *lists[] = {open_rules(" permit corp.example"), open_rules(" permit a.example")};
    pthread_t threads[2];
    for (size_t i = 0; i < ROWS(threads); i++)
        must(pthread_create(&threads[i], NULL, verify_again_and_again, store) == 0);
    for (int i = 0; i < ROUNDS; i++)
        CU_ASSERT_EQUAL(rootscope_attach(lists[i % 2], store), 1);
    for (size_t i = 0; i < ROWS(threads); i++) {
        void *wrong;
        must(pthread_join(threads[i], &wrong) == 0);
        CU_ASSERT_PTR_NULL(wrong);
    }
    rootscope_list_free(lists[0]);
    rootscope_list_free(lists[1]);
    X509_STORE_free(store);
}

static CU_TestInfo tests[] = {
    {"issues certificates", issues_certificates},
    {"a list binds every verification", a_list_binds_every_verification},
    {"test mode refuses nothing", test_mode_refuses_nothing},
    {"the callback is told", the_callback_is_told},
    {"the callback may refuse", the_callback_may_refuse},
    {"the store's own function is called after", the_stores_own_function_is_called_after},
    {"another list takes over", another_list_takes_over},
    {"stores share a list", stores_share_a_list},
    {"without a list nothing is accepted", without_a_list_nothing_is_accepted},
    {"a borrowed function is not called after", a_borrowed_function_is_not_called_after},
    {"applications keep their data", applications_keep_their_data},
    {"roots above a trusted certificate count", roots_above_a_trusted_certificate_count},
    {"without a chain it delegates", without_a_chain_it_delegates},
    {"what an application expects counts", what_an_application_expects_counts},
    {"misuse changes nothing", misuse_changes_nothing},
    {"survives without memory", survives_without_memory},
    {"lists change under threads", lists_change_under_threads},
    {"frees certificates", frees_certificates},
    CU_TEST_INFO_NULL,
};

RS_SUITE("rootscope_attach", tests)
