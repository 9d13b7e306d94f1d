/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The source itself is compiled in, so that its memory can be made to fail.
 */
#include "tests/unit/made_chain.h"
#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

#include <openssl/err.h>
#include <pthread.h>

static bool no_memory;

#define malloc(size) (no_memory ? NULL : malloc(size))
#include "provider/hook.c"
#undef malloc

/* OpenSSL's own verify function, seen before there was a hook. */
static rs_verify_fn plain;

/* NULL: there was no memory. Asserts nothing, since only one thread may. */
static rs_verify_fn verify_in_thread(X509_STORE *store)
{
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    rs_verify_fn verify = NULL;
    if (context != NULL && X509_STORE_CTX_init(context, store, NULL, NULL) == 1)
        verify = X509_STORE_CTX_get_verify(context);
    X509_STORE_CTX_free(context);
    return verify;
}

static rs_verify_fn verify_of_new_context(X509_STORE *store)
{
    rs_verify_fn verify = verify_in_thread(store);
    CU_ASSERT_FATAL(verify != NULL);
    return verify;
}

static X509_STORE *store_with(rs_verify_fn verify)
{
    X509_STORE *store = X509_STORE_new();
    CU_ASSERT_PTR_NOT_NULL_FATAL(store);
    X509_STORE_set_verify(store, verify);
    return store;
}

/* A copy that counts registrations instead of making them. */
static unsigned registrations;

static int count_registration(int class, long argl, void *argp, rs_ex_new_fn *new_func, void *dup,
                              void *free_func)
{
    CU_ASSERT(class == CRYPTO_EX_INDEX_X509_STORE_CTX);
    CU_ASSERT(new_func != NULL && dup == NULL && free_func == NULL);
    (void)argl, (void)argp;
    registrations++;
    return 1;
}

static rs_openssl_copy counting_copy(void)
{
    rs_openssl_copy copy = *linked_copy();
    copy.CRYPTO_get_ex_new_index = count_registration;
    registrations = 0;
    return copy;
}

static void new_contexts_are_hooked(void)
{
    plain = verify_of_new_context(NULL);
    CU_ASSERT_PTR_NOT_NULL_FATAL(plain);
    /* From under another default: that of the process is hooked all the same. */
    OSSL_LIB_CTX *current = OSSL_LIB_CTX_new();
    OSSL_LIB_CTX *before = OSSL_LIB_CTX_set0_default(current);
    rs_hook_install(linked_copy(), NULL);
    CU_ASSERT(verify_of_new_context(NULL) != plain);
    OSSL_LIB_CTX_set0_default(before);
    OSSL_LIB_CTX_free(current);
    rs_verify_fn hooked = verify_of_new_context(NULL);
    CU_ASSERT(hooked != NULL && hooked != plain);
    CU_ASSERT(verify_of_new_context(NULL) == hooked);
}

static void a_second_install_registers_nothing(void)
{
    rs_openssl_copy copy = counting_copy();
    rs_hook_install(&copy, NULL);
    CU_ASSERT(registrations == 0);
}

static X509_STORE_CTX *no_context(void)
{
    return NULL;
}

/* Whoever cannot tell whether the hook is there registers it: twice does no harm. */
static void an_install_that_cannot_ask_registers(void)
{
    rs_openssl_copy copy = counting_copy();
    copy.X509_STORE_CTX_new = no_context;
    rs_hook_install(&copy, NULL);
    CU_ASSERT(registrations > 0);
    rs_verify_fn hooked = verify_of_new_context(NULL);
    static rs_openssl_copy registered; /* OpenSSL keeps its address */
    registered = *linked_copy();
    registered.X509_STORE_CTX_new = no_context;
    rs_hook_install(&registered, NULL);
    CU_ASSERT(verify_of_new_context(NULL) == hooked);
}

static void a_context_that_is_used_again_is_hooked(void)
{
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    for (int i = 0; i < 3; i++) {
        CU_ASSERT_FATAL(X509_STORE_CTX_init(context, NULL, NULL, NULL) == 1);
        CU_ASSERT(X509_STORE_CTX_get_verify(context) != plain);
        X509_STORE_CTX_cleanup(context);
    }
    X509_STORE_CTX_free(context);
}

static int fail_registration(int class, long argl, void *argp, rs_ex_new_fn *new_func, void *dup,
                             void *free_func)
{
    (void)class, (void)argl, (void)argp, (void)new_func, (void)dup, (void)free_func;
    ERR_raise(ERR_LIB_USER, 2);
    return -1;
}

static void install_leaves_no_error(void)
{
    ERR_clear_error();
    rs_hook_install(linked_copy(), NULL);
    CU_ASSERT(ERR_peek_error() == 0);
    ERR_raise(ERR_LIB_USER, 1);
    rs_hook_install(linked_copy(), NULL);
    CU_ASSERT(ERR_GET_LIB(ERR_get_error()) == ERR_LIB_USER);
    CU_ASSERT(ERR_get_error() == 0);
    rs_openssl_copy failing = *linked_copy();
    failing.X509_STORE_CTX_new = no_context;
    failing.CRYPTO_get_ex_new_index = fail_registration;
    CU_ASSERT(!rs_hook_install(&failing, NULL));
    CU_ASSERT(ERR_get_error() == 0);
}

static unsigned own_calls;

static int own_verify(X509_STORE_CTX *context)
{
    own_calls++;
    return plain(context);
}

static int without_trampoline(X509_STORE_CTX *context)
{
    return plain(context);
}

static void a_stores_own_function_is_wrapped_and_called(void)
{
    made_chain chain = made_chain_new("DNS:www.corp.example");
    X509_STORE_set_verify(chain.store, own_verify);
    X509_STORE_CTX *context = made_context(&chain);
    CU_ASSERT(X509_STORE_CTX_get_verify(context) != own_verify);
    CU_ASSERT(X509_STORE_CTX_get_verify(context) != verify_of_new_context(NULL));
    own_calls = 0;
    CU_ASSERT(X509_verify_cert(context) == 1);
    CU_ASSERT(own_calls == 1);
    X509_STORE_CTX_free(context);
    made_chain_free(&chain);
}

/* X509_STORE_set_verify(store, X509_STORE_CTX_get_verify(context)): not wrapped in itself. */
static void ours_is_left_alone(void)
{
    made_chain chain = made_chain_new("DNS:www.corp.example");
    X509_STORE_set_verify(chain.store, own_verify);
    rs_verify_fn ours = verify_of_new_context(chain.store);
    X509_STORE_set_verify(chain.store, ours);
    X509_STORE_CTX *context = made_context(&chain);
    CU_ASSERT(X509_STORE_CTX_get_verify(context) == ours);
    own_calls = 0;
    CU_ASSERT(X509_verify_cert(context) == 1);
    CU_ASSERT(own_calls == 1);
    X509_STORE_CTX_free(context);
    made_chain_free(&chain);
}

static void each_library_context_is_hooked(void)
{
    OSSL_LIB_CTX *current = OSSL_LIB_CTX_new(), *named = OSSL_LIB_CTX_new();
    CU_ASSERT_FATAL(current != NULL && named != NULL);
    OSSL_LIB_CTX *before = OSSL_LIB_CTX_set0_default(current);
    CU_ASSERT(verify_of_new_context(NULL) == plain);
    rs_hook_install(linked_copy(), named);
    CU_ASSERT(OSSL_LIB_CTX_set0_default(NULL) == current);
    CU_ASSERT(verify_of_new_context(NULL) != plain);
    OSSL_LIB_CTX_set0_default(named);
    CU_ASSERT(verify_of_new_context(NULL) != plain);
    OSSL_LIB_CTX_set0_default(before);
    CU_ASSERT(verify_of_new_context(NULL) != plain);
    OSSL_LIB_CTX_free(named);
    OSSL_LIB_CTX_free(current);
}

static void wrap_again(void *parent, void *value, CRYPTO_EX_DATA *data, int index, long argl,
                       void *argp)
{
    (void)value, (void)data, (void)index, (void)argl, (void)argp;
    X509_STORE_CTX_set_verify(parent, own_verify);
}

/* A second copy of the module has wrapped ours: the hook is there all the same. */
static void a_hook_that_came_later_does_not_hide_ours(void)
{
    rs_openssl_copy copy = counting_copy();
    OSSL_LIB_CTX *current = OSSL_LIB_CTX_new();
    OSSL_LIB_CTX *before = OSSL_LIB_CTX_set0_default(current);
    rs_hook_install(linked_copy(), NULL);
    CU_ASSERT(CRYPTO_get_ex_new_index(CRYPTO_EX_INDEX_X509_STORE_CTX, 0, NULL, wrap_again, NULL,
                                      NULL) >= 0);
    CU_ASSERT(verify_of_new_context(NULL) == own_verify);
    rs_hook_install(&copy, current);
    CU_ASSERT(registrations == 0);
    OSSL_LIB_CTX_set0_default(before);
    OSSL_LIB_CTX_free(current);
}

static void more_questions_than_can_be_asked_register(void)
{
    rs_openssl_copy copy = counting_copy();
    for (size_t i = 0; i < QUESTIONS; i++)
        atomic_store(&questions[i], &copy);
    rs_hook_install(&copy, NULL);
    CU_ASSERT(registrations > 0);
    registrations = 0;
    atomic_store(&questions[QUESTIONS - 1], NULL);
    rs_hook_install(&copy, NULL);
    CU_ASSERT(registrations == 0);
    CU_ASSERT(questions[QUESTIONS - 1] == NULL && asking == 0);
    for (size_t i = 0; i < QUESTIONS; i++)
        atomic_store(&questions[i], NULL);
}

/* No policy enforces yet: nothing may be denied. */
static void without_memory_a_lenient_process_goes_on(void)
{
    made_chain chain = made_chain_new("DNS:www.corp.example");
    X509_STORE_set_verify(chain.store, without_trampoline);
    no_memory = true;
    X509_STORE_CTX *context = made_context(&chain);
    no_memory = false;
    CU_ASSERT(X509_STORE_CTX_get_verify(context) == without_trampoline);
    CU_ASSERT(X509_verify_cert(context) == 1);
    X509_STORE_CTX_free(context);
    made_chain_free(&chain);
}

/* One that would deny, but for want of a list accepts everything. */
static void from_here_on_a_policy_enforces(void)
{
    rs_settings settings;
    rs_settings_init(&settings);
    rs_settings_set(&settings, "list", "/nonexistent/permitted.rsl");
    rs_settings_set(&settings, "on_list_error", "allow");
    CU_ASSERT(!rs_policy_any_enforces());
    CU_ASSERT_PTR_NOT_NULL(rs_policy_load(&settings));
    CU_ASSERT(rs_policy_any_enforces());
}

/* Whoever would be the first with a trampoline of its own, and cannot have one. */
static void without_memory_a_context_denies(void)
{
    made_chain chain = made_chain_new("DNS:www.corp.example");
    X509_STORE_set_verify(chain.store, without_trampoline);
    no_memory = true;
    X509_STORE_CTX *context = made_context(&chain);
    no_memory = false;
    CU_ASSERT(X509_STORE_CTX_get_verify(context) != without_trampoline);
    CU_ASSERT(X509_verify_cert(context) == 0);
    CU_ASSERT(X509_STORE_CTX_get_error(context) == X509_V_ERR_PERMITTED_VIOLATION);
    X509_STORE_CTX_free(context);
    /* With memory again, it has one. */
    context = made_context(&chain);
    CU_ASSERT(X509_verify_cert(context) == 1);
    X509_STORE_CTX_free(context);
    made_chain_free(&chain);
}

enum { THREADS = 8, CONTEXTS = 200 };

static void *claim_in_thread(void *store)
{
    rs_verify_fn first = verify_in_thread(store);
    for (int i = 0; i < CONTEXTS; i++)
        if (verify_in_thread(store) != first)
            return NULL;
    rs_verify_fn *result = malloc(sizeof *result);
    if (result != NULL)
        *result = first;
    return result;
}

static int shared_verify(X509_STORE_CTX *context)
{
    return plain(context);
}

static void threads_share_one_trampoline(void)
{
    pthread_t threads[THREADS];
    X509_STORE *stores[THREADS];
    rs_verify_fn first = NULL;
    for (int i = 0; i < THREADS; i++) {
        stores[i] = store_with(shared_verify);
        CU_ASSERT_FATAL(pthread_create(&threads[i], NULL, claim_in_thread, stores[i]) == 0);
    }
    for (int i = 0; i < THREADS; i++) {
        void *result = NULL;
        pthread_join(threads[i], &result);
        X509_STORE_free(stores[i]);
        CU_ASSERT_PTR_NOT_NULL(result);
        rs_verify_fn claimed = result == NULL ? NULL : *(rs_verify_fn *)result;
        CU_ASSERT(claimed != shared_verify && claimed != plain);
        CU_ASSERT(first == NULL || claimed == first);
        first = claimed;
        free(result);
    }
}

static void another_thread_was_faster(void)
{
    X509_STORE *store = store_with(shared_verify);
    CU_ASSERT(claim_trampoline(linked_copy(), shared_verify) == verify_of_new_context(store));
    X509_STORE_free(store);
}

/* An application that uses two copies of OpenSSL may give both the same function. */
static void each_copy_has_its_own_trampolines(void)
{
    static rs_openssl_copy other;
    other = *linked_copy();
    rs_verify_fn ours = claim_trampoline(linked_copy(), shared_verify);
    CU_ASSERT(find_trampoline(&other, shared_verify) == NULL);
    rs_verify_fn theirs = claim_trampoline(&other, shared_verify);
    CU_ASSERT(theirs != NULL && theirs != ours);
    CU_ASSERT(find_trampoline(&other, shared_verify) == theirs);
    CU_ASSERT(find_trampoline(linked_copy(), shared_verify) == ours);
}

/* Verify functions, more than there are trampolines for: all that an application could make. */
static int last_called;

#define MANY(n)                                                                                    \
    static int many_##n(X509_STORE_CTX *context)                                                   \
    {                                                                                              \
        last_called = n;                                                                           \
        return plain(context);                                                                     \
    }
#define NAME(n) many_##n,
/* clang-format off */
#define SEVENTY_TWO(X) SIXTY_FOUR(X) EIGHT(X, 010)
SEVENTY_TWO(MANY)
static const rs_verify_fn many[] = {SEVENTY_TWO(NAME)};
/* clang-format on */

static int refusals, refused_error, refused_depth;

static int note_refusal(int ok, X509_STORE_CTX *context)
{
    if (!ok) {
        refusals++;
        refused_error = X509_STORE_CTX_get_error(context);
        refused_depth = X509_STORE_CTX_get_error_depth(context);
        CU_ASSERT_PTR_NOT_NULL(X509_STORE_CTX_get_current_cert(context));
    }
    return 1;
}

/* Whether a chain was accepted, by the function; if not, it was refused without it. */
static bool many_accepts(const made_chain *chain, size_t number)
{
    X509_STORE_set_verify(chain->store, many[number]);
    X509_STORE_CTX *context = made_context(chain);
    X509_STORE_CTX_set_verify_cb(context, note_refusal);
    last_called = -1;
    refusals = 0;
    bool accepted = X509_verify_cert(context) == 1;
    CU_ASSERT(last_called == (accepted ? (int)number : -1));
    CU_ASSERT(X509_STORE_CTX_get_error(context) ==
              (accepted ? X509_V_OK : X509_V_ERR_PERMITTED_VIOLATION));
    if (!accepted) {
        CU_ASSERT(refusals == 1 && refused_error == X509_V_ERR_PERMITTED_VIOLATION);
        CU_ASSERT(refused_depth == 0);
    }
    X509_STORE_CTX_free(context);
    return accepted;
}

/* Last: it takes all trampolines. */
static void more_functions_than_trampolines_are_denied(void)
{
    made_chain chain = made_chain_new("DNS:www.corp.example");
    size_t accepted = 0;
    while (accepted < ROWS(many) && many_accepts(&chain, accepted))
        accepted++;
    CU_ASSERT(accepted >= 50 && accepted <= TRAMPOLINES);
    for (size_t i = accepted; i < ROWS(many); i++)
        CU_ASSERT(!many_accepts(&chain, i));
    /* Those that have one keep it; a denying one counts as ours. */
    CU_ASSERT(many_accepts(&chain, 0));
    X509_STORE_set_verify(chain.store, many[ROWS(many) - 1]);
    rs_verify_fn refusing = verify_of_new_context(chain.store);
    X509_STORE_set_verify(chain.store, refusing);
    CU_ASSERT(verify_of_new_context(chain.store) == refusing);
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    CU_ASSERT(X509_STORE_CTX_init(context, chain.store, NULL, NULL) == 1);
    CU_ASSERT(refusing(context) == 0);
    X509_STORE_CTX_free(context);
    made_chain_free(&chain);
}

static CU_TestInfo tests[] = {
    {"new contexts are hooked", new_contexts_are_hooked},
    {"a second install registers nothing", a_second_install_registers_nothing},
    {"an install that cannot ask registers", an_install_that_cannot_ask_registers},
    {"a context that is used again is hooked", a_context_that_is_used_again_is_hooked},
    {"install leaves no error", install_leaves_no_error},
    {"a store's own function is wrapped and called", a_stores_own_function_is_wrapped_and_called},
    {"ours is left alone", ours_is_left_alone},
    {"each library context is hooked", each_library_context_is_hooked},
    {"a hook that came later does not hide ours", a_hook_that_came_later_does_not_hide_ours},
    {"more questions than can be asked register", more_questions_than_can_be_asked_register},
    {"without memory a lenient process goes on", without_memory_a_lenient_process_goes_on},
    {"from here on a policy enforces", from_here_on_a_policy_enforces},
    {"without memory a context denies", without_memory_a_context_denies},
    {"threads share one trampoline", threads_share_one_trampoline},
    {"another thread was faster", another_thread_was_faster},
    {"each copy has its own trampolines", each_copy_has_its_own_trampolines},
    {"more functions than trampolines are denied", more_functions_than_trampolines_are_denied},
    CU_TEST_INFO_NULL,
};

RS_SUITE("hook", tests)
