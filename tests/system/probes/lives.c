/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Threads that each have a default library context of another kind, and plain verification under
 * whatever configuration is given.
 */
#include "tests/system/probes/handshake.h"
#include "tests/system/probes/issue.h"

#include <openssl/crypto.h>
#include <openssl/provider.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#define ROUNDS 100

/* Whose default a thread has. */
typedef enum kind {
    GLOBAL,
    OWN,     /* the thread's, with the configuration */
    SHARED,  /* one for several threads, with the configuration */
    FOREIGN, /* the thread's, which never loads the configuration */
    KINDS
} kind;

static const char *const kind_names[KINDS] = {"global", "own", "shared", "foreign"};

typedef struct worker {
    const probe *p;
    kind kind;
    OSSL_LIB_CTX *shared;
    pthread_barrier_t *start;
    long wrong_bad, wrong_good;
} worker;

static OSSL_LIB_CTX *configured(void)
{
    OSSL_LIB_CTX *context = must(OSSL_LIB_CTX_new(), "a library context");
    if (OSSL_LIB_CTX_load_config(context, getenv("OPENSSL_CONF")) != 1)
        give_up("the configuration");
    return context;
}

static OSSL_LIB_CTX *default_of(const worker *w)
{
    if (w->kind == OWN)
        return configured();
    if (w->kind == FOREIGN) {
        OSSL_LIB_CTX *context = must(OSSL_LIB_CTX_new(), "a library context");
        must(OSSL_PROVIDER_load(context, "default"), "a provider");
        return context;
    }
    return w->kind == SHARED ? w->shared : OSSL_LIB_CTX_get0_global_default();
}

/* What the bad leaf comes to under a foreign default is a stated limit. */
static void verify_in_turn(worker *w, OSSL_LIB_CTX *context)
{
    X509_STORE *store = probe_store(w->p);
    X509 *bad = reissue_in(context, w->p->bad), *good = reissue_in(context, w->p->good);
    int wanted = w->p->guarded ? 0 : 1;
    for (int round = 0; round < ROUNDS; round++) {
        if (w->kind != FOREIGN) {
            w->wrong_bad += verify(store, w->p->bad).result != wanted;
            w->wrong_bad += verify_in(context, store, bad).result != wanted;
            w->wrong_bad += verify_in(w->shared, store, w->p->bad).result != wanted;
        }
        w->wrong_good += verify(store, w->p->good).result != 1;
        w->wrong_good += verify_in(context, store, good).result != 1;
    }
    X509_free(bad);
    X509_free(good);
    X509_STORE_free(store);
}

static void *work(void *argument)
{
    worker *w = argument;
    pthread_barrier_wait(w->start);
    OSSL_LIB_CTX *context = default_of(w);
    OSSL_LIB_CTX *before = OSSL_LIB_CTX_set0_default(context);
    verify_in_turn(w, context);
    OSSL_LIB_CTX_set0_default(before);
    if (w->kind == OWN || w->kind == FOREIGN)
        OSSL_LIB_CTX_free(context);
    return NULL;
}

static void threads_with_defaults(probe *p)
{
    enum { EACH = 2, WORKERS = KINDS * EACH };
    pthread_t threads[WORKERS];
    worker workers[WORKERS];
    pthread_barrier_t start;
    OSSL_LIB_CTX *shared = configured();
    pthread_barrier_init(&start, NULL, WORKERS);
    for (int i = 0; i < WORKERS; i++) {
        workers[i] = (worker){.p = p, .kind = (kind)(i % KINDS), .shared = shared, .start = &start};
        if (pthread_create(&threads[i], NULL, work, &workers[i]) != 0)
            give_up("a thread");
    }
    for (int i = 0; i < WORKERS; i++) {
        pthread_join(threads[i], NULL);
        expect(workers[i].wrong_bad == 0 && workers[i].wrong_good == 0,
               "default: %s: %ld bad leaves and %ld good ones fared otherwise",
               kind_names[workers[i].kind], workers[i].wrong_bad, workers[i].wrong_good);
    }
    pthread_barrier_destroy(&start);
    OSSL_LIB_CTX_free(shared);
    expect_in_force(p, "after the threads");
}

static void in_force(probe *p)
{
    expect_in_force(p, "by a store");
    expect_tls_in_force(p, NULL, "by TLS");
}

int main(int argc, char **argv)
{
    static const scenario table[] = {
        {.name = "threads_with_defaults", .run = threads_with_defaults},
        {.name = "in_force", .run = in_force},
        {.name = NULL},
    };
    return probe_run(argc, argv, table);
}
