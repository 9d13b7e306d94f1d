/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verification where processes begin and end: children, exit handlers, after cleanup.
 *
 * OpenSSL 3 fails to make contexts after OPENSSL_cleanup, later versions may go on; what must not
 * be is a crash, or a bad leaf that is accepted while good ones still are.
 */
#include "tests/system/probes/handshake.h"
#include "tests/system/probes/issue.h"

#include <openssl/crypto.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHILDREN 40
#define THREADS  4

/* What handlers of exit and callbacks see; main may have returned by then. */
static probe *current;
static X509_STORE *current_store;

static void end_with_status(void)
{
    if (probe_status() != 0) {
        fflush(stdout);
        _exit(1);
    }
}

/* While everything is still there. */
static void verify_late(void)
{
    expect_denied(current, verify(current_store, current->bad), "in a late exit handler");
    expect_accepted(verify(current_store, current->good), "in a late exit handler");
    end_with_status();
}

/* After libcrypto's own clean-up, which was registered later and so ran first. */
static void verify_after_cleanup(void)
{
    outcome bad = verify(current_store, current->bad);
    expect(!current->guarded || bad.result != 1, "after cleanup: bad leaf: result %d, error %d",
           bad.result, bad.error);
    end_with_status();
}

static void prepare(probe *p)
{
    current = p;
    probe_certificates(p);
    current_store = probe_store(p);
    expect_in_force(p, "before the end");
}

/* exit inside the scenario: what the handlers use must not be freed by probe_run. */
static _Noreturn void leave(void)
{
    exit(probe_status());
}

static void late_exit_handler(probe *p)
{
    prepare(p);
    atexit(verify_late);
    leave();
}

static void early_exit_handler(probe *p)
{
    atexit(verify_after_cleanup);
    prepare(p);
    leave();
}

static void init_without_atexit(void)
{
    if (OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT | OPENSSL_INIT_LOAD_CONFIG, NULL) != 1)
        give_up("the initialisation");
}

/* What the destructors of the program do, which come after all handlers; NULL: nothing. */
static void (*in_destructor)(void);

__attribute__((destructor)) static void destructor(void)
{
    if (in_destructor != NULL)
        in_destructor();
}

static void destructor_after_cleanup(probe *p)
{
    prepare(p);
    in_destructor = verify_after_cleanup;
    leave();
}

static void destructor_no_atexit(probe *p)
{
    init_without_atexit();
    prepare(p);
    in_destructor = verify_late;
    leave();
}

static void no_atexit(probe *p)
{
    atexit(verify_late);
    init_without_atexit();
    prepare(p);
    leave();
}

static void after_cleanup(probe *p)
{
    prepare(p);
    OPENSSL_cleanup();
    verify_after_cleanup();
    leave();
}

static void no_atexit_then_cleanup(probe *p)
{
    init_without_atexit();
    prepare(p);
    OPENSSL_cleanup();
    verify_after_cleanup();
    leave();
}

/* Stated limits: whatever the bad leaf comes to, nothing breaks, and good ones are accepted. */
static void expect_usable(probe *p, X509_STORE_CTX *early, const char *when)
{
    probe_certificates(p);
    X509_STORE *store = probe_store(p);
    if (early != NULL) {
        X509_STORE_CTX_set_cert(early, p->bad);
        note("%s: the bad leaf by it: result %d", when, verify_ready(early).result);
    }
    note("%s: the bad leaf: result %d", when, verify(store, p->bad).result);
    expect_accepted(verify(store, p->good), when);
    X509_STORE_free(store);
}

static void configuration_never_loaded(probe *p)
{
    if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) != 1)
        give_up("the initialisation");
    expect_usable(p, NULL, "no configuration");
}

/* A store context older than the configuration, which is loaded by the first certificate. */
static void context_before_configuration(probe *p)
{
    X509_STORE *store = must(X509_STORE_new(), "a store");
    X509_STORE_CTX *ctx = must(X509_STORE_CTX_new(), "a store context");
    if (X509_STORE_CTX_init(ctx, store, NULL, NULL) != 1)
        give_up("a store context");
    expect_usable(p, ctx, "an old context");
    expect_in_force(p, "new contexts");
    X509_STORE_CTX_free(ctx);
    X509_STORE_free(store);
}

static void *verify_for_ever(void *argument)
{
    const probe *p = argument;
    X509_STORE *store = probe_store(p);
    for (;;) {
        verify(store, p->good);
        verify(store, p->bad);
    }
    return NULL;
}

static void start_threads(const probe *p, void *(*run)(void *))
{
    for (int i = 0; i < THREADS; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, run, (void *)(uintptr_t)p) != 0)
            give_up("a thread");
        pthread_detach(thread);
    }
}

/* The process ends by _exit while threads verify: no handler runs, nothing is waited for. With
 * exit(3) OpenSSL itself frees what its threads still use. */
static void ends_with_threads(probe *p)
{
    start_threads(p, verify_for_ever);
    for (int round = 0; round < 100; round++)
        expect_in_force(p, "beside the threads");
    fflush(stdout);
    _exit(probe_status());
}

static void child_verifies_only(const probe *p)
{
    expect_in_force(p, "in a child");
}

static void child_verifies(const probe *p)
{
    expect_in_force(p, "in a child");
    expect_tls_in_force(p, NULL, "in a child");
}

static void child_of_child(const probe *p)
{
    probe_child(p, child_verifies);
    expect_in_force(p, "in the child between");
}

static void forks(probe *p)
{
    expect_in_force(p, "in the parent");
    probe_child(p, child_verifies);
    probe_child(p, child_of_child);
    expect_in_force(p, "in the parent");
}

/*
 * OpenSSL takes locks of its own exclusively where contexts are made and freed, and a child that
 * was forked meanwhile hangs, with or without us. So threads and forks agree on this lock, and a
 * fork finds the others only where the module works too: within X509_verify_cert. Certificates have
 * locks as well, so each thread has its own; and so has glibc's gmtime, so nobody looks at times.
 */
static pthread_mutex_t making_contexts = PTHREAD_MUTEX_INITIALIZER;

static X509_STORE_CTX *make_context(X509_STORE *store, X509 *leaf)
{
    pthread_mutex_lock(&making_contexts);
    X509_STORE_CTX *ctx = must(X509_STORE_CTX_new(), "a store context");
    if (X509_STORE_CTX_init(ctx, store, leaf, NULL) != 1)
        give_up("a store context");
    pthread_mutex_unlock(&making_contexts);
    return ctx;
}

static X509_STORE *store_without_locks(const probe *p)
{
    X509_STORE *store = probe_store(p);
    X509_STORE_set_flags(store, X509_V_FLAG_NO_CHECK_TIME);
    return store;
}

static void child_without_locks(const probe *p)
{
    X509_STORE *store = store_without_locks(p);
    expect_denied(p, verify(store, p->bad), "in a child");
    expect_accepted(verify(store, p->good), "in a child");
    X509_STORE_free(store);
}

static void *verify_between_forks(void *argument)
{
    probe own = *(const probe *)argument;
    pthread_mutex_lock(&making_contexts);
    own.root = reissue_in(NULL, own.root);
    X509 *leaves[] = {reissue_in(NULL, own.good), reissue_in(NULL, own.bad)};
    X509_STORE *store = store_without_locks(&own);
    pthread_mutex_unlock(&making_contexts);
    for (int round = 0;; round++) {
        X509_STORE_CTX *ctx = make_context(store, leaves[round % 2]);
        X509_verify_cert(ctx);
        pthread_mutex_lock(&making_contexts);
        X509_STORE_CTX_free(ctx);
        pthread_mutex_unlock(&making_contexts);
    }
    return NULL;
}

static void skip_if_sanitized(void)
{
#ifdef PROBE_SANITIZED
    skip("a sanitizer's allocator is not safe across fork beside threads");
#endif
}

static void forks_with_threads(probe *p)
{
    skip_if_sanitized();
    start_threads(p, verify_between_forks);
    for (int i = 0; i < CHILDREN && probe_status() == 0; i++) {
        pthread_mutex_lock(&making_contexts);
        probe_child(p, child_without_locks);
        pthread_mutex_unlock(&making_contexts);
    }
    fflush(stdout);
    _exit(probe_status());
}

/* A thread forks, whose default library context is one of its own. */
static void *fork_in_thread(void *argument)
{
    const probe *p = argument;
    pthread_mutex_lock(&making_contexts);
    OSSL_LIB_CTX *own = must(OSSL_LIB_CTX_new(), "a library context");
    if (OSSL_LIB_CTX_load_config(own, getenv("OPENSSL_CONF")) != 1)
        give_up("the configuration");
    OSSL_LIB_CTX *before = OSSL_LIB_CTX_set0_default(own);
    for (int i = 0; i < CHILDREN / 2 && probe_status() == 0; i++) {
        probe_child(p, child_without_locks);
        child_without_locks(p);
    }
    OSSL_LIB_CTX_set0_default(before);
    OSSL_LIB_CTX_free(own);
    pthread_mutex_unlock(&making_contexts);
    return NULL;
}

static void forks_in_thread(probe *p)
{
    pthread_t thread;
    skip_if_sanitized();
    start_threads(p, verify_between_forks);
    if (pthread_create(&thread, NULL, fork_in_thread, p) != 0)
        give_up("a thread");
    pthread_join(thread, NULL);
    fflush(stdout);
    _exit(probe_status());
}

/* Forks where a verification stands still: in its callback. Both processes then go on with it. */
static int fork_in_callback(int ok, X509_STORE_CTX *ctx)
{
    (void)ctx;
    probe_child(current, child_verifies_only);
    return ok;
}

static void forks_in_callback(probe *p)
{
    current = p;
    X509_STORE *store = probe_store(p);
    X509_STORE_set_verify_cb(store, fork_in_callback);
    expect_denied(p, verify(store, p->bad), "after children of its callback");
    expect_accepted(verify(store, p->good), "after children of its callback");
    X509_STORE_free(store);
}

/* A child that ends by exit(3), all handlers included. */
static void child_exits(probe *p)
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        current = p;
        current_store = probe_store(p);
        atexit(verify_late);
        exit(0);
    }
    int status = -1;
    waitpid(child, &status, 0);
    expect(child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0, "the child's status is %x",
           (unsigned)status);
    expect_in_force(p, "in the parent");
}

static void verify_as_thread_ends(void *argument)
{
    OPENSSL_thread_stop();
    expect_in_force(argument, "as a thread ends, after OpenSSL has left it");
}

static pthread_key_t thread_data;

static void *set_thread_data(void *argument)
{
    pthread_setspecific(thread_data, argument);
    expect_in_force(argument, "in a thread");
    return NULL;
}

static void threads_end(probe *p)
{
    if (pthread_key_create(&thread_data, verify_as_thread_ends) != 0)
        give_up("data of threads");
    for (int i = 0; i < THREADS; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, set_thread_data, p) != 0)
            give_up("a thread");
        pthread_join(thread, NULL);
    }
    expect_in_force(p, "after the threads");
}

int main(int argc, char **argv)
{
    static const scenario table[] = {
        {.name = "configuration_never_loaded", .run = configuration_never_loaded, .early = true},
        {.name = "context_before_configuration",
         .run = context_before_configuration,
         .early = true},
        {.name = "late_exit_handler", .run = late_exit_handler, .early = true},
        {.name = "early_exit_handler", .run = early_exit_handler, .early = true},
        {.name = "no_atexit", .run = no_atexit, .early = true},
        {.name = "no_atexit_then_cleanup", .run = no_atexit_then_cleanup, .early = true},
        {.name = "after_cleanup", .run = after_cleanup, .early = true},
        {.name = "destructor_after_cleanup", .run = destructor_after_cleanup, .early = true},
        {.name = "destructor_no_atexit", .run = destructor_no_atexit, .early = true},
        {.name = "threads_end", .run = threads_end},
        {.name = "ends_with_threads", .run = ends_with_threads},
        {.name = "forks", .run = forks},
        {.name = "forks_with_threads", .run = forks_with_threads},
        {.name = "forks_in_thread", .run = forks_in_thread},
        {.name = "forks_in_callback", .run = forks_in_callback},
        {.name = "child_exits", .run = child_exits},
        {.name = NULL},
    };
    return probe_run(argc, argv, table);
}
