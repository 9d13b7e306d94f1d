/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loading and unloading: twice, under two names, in several contexts, against verifying threads.
 * A policy, once loaded, guards until the process ends.
 *
 * Arguments: two provider names. OPENSSL_CONF describes both, and activates neither except for
 * two_lists and too_many_settings. Bare: a provider without algorithms, as ours is ("null"), twice:
 * OpenSSL 3.0 crashes if algorithms are unloaded while others look for them.
 */
#include "tests/system/probes/handshake.h"
#include "tests/system/probes/issue.h"

#include <openssl/conf.h>
#include <openssl/provider.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define THREADS 4
#ifdef PROBE_SANITIZED
#define RACE_ROUNDS 400
#else
#define RACE_ROUNDS 3000
#endif

static OSSL_PROVIDER *load(const probe *p, OSSL_LIB_CTX *context, int name)
{
    return must(OSSL_PROVIDER_load(context, probe_argument(p, name)), probe_argument(p, name));
}

/* An explicit load of anything switches the implicit default provider off. */
static void keep_default(OSSL_LIB_CTX *context)
{
    must(OSSL_PROVIDER_load(context, "default"), "the default provider");
}

/* Without it a refusal could be the configuration's doing, not the load's. */
static void expect_not_yet(const probe *p)
{
    X509_STORE *store = probe_store(p);
    outcome seen = verify(store, p->bad);
    expect(seen.result == 1, "before the load: bad leaf: result %d", seen.result);
    X509_STORE_free(store);
}

static X509_STORE_CTX *context_for(X509_STORE *store, X509 *leaf)
{
    X509_STORE_CTX *ctx = must(X509_STORE_CTX_new(), "a store context");
    if (X509_STORE_CTX_init(ctx, store, leaf, NULL) != 1)
        give_up("a store context");
    return ctx;
}

static void unload_reload(probe *p)
{
    expect_not_yet(p);
    X509_STORE *store = probe_store(p);
    for (int round = 0; round < 3; round++) {
        OSSL_PROVIDER *provider = load(p, NULL, 0);
        expect_in_force(p, "loaded");
        X509_STORE_CTX *bad = context_for(store, p->bad), *good = context_for(store, p->good);
        expect(OSSL_PROVIDER_unload(provider) == 1, "unloaded");
        expect(OSSL_PROVIDER_available(NULL, probe_argument(p, 0)) == 0, "it is gone");
        expect_denied(p, verify_ready(bad), "a context across the unload");
        expect_accepted(verify_ready(good), "a context across the unload");
        X509_STORE_CTX_free(bad);
        X509_STORE_CTX_free(good);
        expect_in_force(p, "after the unload");
        expect_tls_in_force(p, NULL, "after the unload");
    }
    X509_STORE_free(store);
}

static void load_twice(probe *p)
{
    expect_not_yet(p);
    OSSL_PROVIDER *first = load(p, NULL, 0), *second = load(p, NULL, 0);
    expect_in_force(p, "loaded twice");
    OSSL_PROVIDER_unload(first);
    expect_in_force(p, "unloaded once");
    OSSL_PROVIDER_unload(second);
    expect_in_force(p, "unloaded twice");
}

/* Puts the verify function of a context back into the store that it came from. */
static void reinstall(const probe *p, int rounds)
{
    X509_STORE *store = probe_store(p);
    for (int round = 0; round < rounds; round++) {
        X509_STORE_CTX *ctx = context_for(store, p->good);
        X509_STORE_set_verify(store, X509_STORE_CTX_get_verify(ctx));
        X509_STORE_CTX_free(ctx);
    }
    note("%d times", rounds);
    expect_denied(p, verify(store, p->bad), "after the verify function was put back");
    expect_accepted(verify(store, p->good), "after the verify function was put back");
    X509_STORE_free(store);
}

static void two_names(probe *p)
{
    expect_not_yet(p);
    OSSL_PROVIDER *first = load(p, NULL, 0), *second = load(p, NULL, 1);
    expect_in_force(p, "loaded under two names");
    expect_tls_in_force(p, NULL, "loaded under two names");
    reinstall(p, 1);
    reinstall(p, 3);
    OSSL_PROVIDER_unload(first);
    expect_in_force(p, "the first was unloaded");
    OSSL_PROVIDER_unload(second);
    expect_in_force(p, "both were unloaded");
    expect_tls_in_force(p, NULL, "both were unloaded");
}

static void two_names_reinstall_often(probe *p)
{
    load(p, NULL, 0);
    load(p, NULL, 1);
    reinstall(p, 1000);
}

/* Two objects wrap each other's functions until a pool is full: then all is denied, nothing may
 * crash, and other stores are as they were. */
static void two_copies_reinstall_often(probe *p)
{
    load(p, NULL, 0);
    load(p, NULL, 1);
    X509_STORE *store = probe_store(p);
    for (int round = 0; round < 1000; round++) {
        X509_STORE_CTX *ctx = context_for(store, p->bad);
        X509_STORE_set_verify(store, X509_STORE_CTX_get_verify(ctx));
        X509_STORE_CTX_free(ctx);
    }
    expect_denied(p, verify(store, p->bad), "two objects, put back 1000 times");
    outcome seen = verify(store, p->good);
    note("the good leaf there: result %d, error %d", seen.result, seen.error);
    X509_STORE_free(store);
    expect_in_force(p, "another store");
}

static void reinstall_often(probe *p)
{
    load(p, NULL, 0);
    reinstall(p, 1);
    reinstall(p, 3);
    reinstall(p, 1000);
    expect_in_force(p, "another store");
}

static OSSL_LIB_CTX *context_with(const probe *p, int name, OSSL_PROVIDER **provider)
{
    OSSL_LIB_CTX *context = must(OSSL_LIB_CTX_new(), "a library context");
    if (OSSL_LIB_CTX_load_config(context, getenv("OPENSSL_CONF")) != 1)
        give_up("the configuration");
    keep_default(context);
    *provider = load(p, context, name);
    return context;
}

static void two_contexts(probe *p)
{
    expect_not_yet(p);
    OSSL_PROVIDER *first = NULL, *second = NULL, *third = NULL;
    OSSL_LIB_CTX *one = context_with(p, 0, &first), *two = context_with(p, 1, &second);
    expect_in_force(p, "loaded in two contexts");
    X509_STORE *store = probe_store(p);
    X509_STORE_CTX *across = context_for(store, p->bad);
    OSSL_PROVIDER_unload(first);
    OSSL_LIB_CTX_free(one);
    expect_in_force(p, "the first context was freed");
    OSSL_PROVIDER_unload(second);
    OSSL_LIB_CTX_free(two);
    expect_in_force(p, "both contexts were freed");
    expect_denied(p, verify_ready(across), "a store context older than that");
    X509_STORE_CTX_free(across);
    OSSL_LIB_CTX *again = context_with(p, 0, &third);
    note("a new context has an old address: %s", again == one || again == two ? "yes" : "no");
    OSSL_LIB_CTX *before = OSSL_LIB_CTX_set0_default(again);
    expect_in_force(p, "default: the new context");
    OSSL_LIB_CTX_set0_default(before);
    OSSL_PROVIDER_unload(third);
    OSSL_LIB_CTX_free(again);
    X509_STORE_free(store);
}

typedef struct race {
    const probe *p;
    atomic_bool stop;
    atomic_long denied, accepted, wrong;
} race;

static void *verify_until_stopped(void *argument)
{
    race *shared = argument;
    X509_STORE *store = probe_store(shared->p);
    while (!atomic_load(&shared->stop)) {
        outcome bad = verify(store, shared->p->bad), good = verify(store, shared->p->good);
        atomic_fetch_add(bad.result == 1 ? &shared->accepted : &shared->denied, 1);
        if (good.result != 1)
            atomic_fetch_add(&shared->wrong, 1);
    }
    X509_STORE_free(store);
    return NULL;
}

static void race_loads(probe *p)
{
    OSSL_PROVIDER *first = load(p, NULL, 0);
    race shared = {.p = p};
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        if (pthread_create(&threads[i], NULL, verify_until_stopped, &shared) != 0)
            give_up("a thread");
    }
    for (int round = 0; round < RACE_ROUNDS; round++) {
        OSSL_PROVIDER *provider = NULL;
        OSSL_LIB_CTX *context = context_with(p, round % 2, &provider);
        OSSL_PROVIDER_unload(provider);
        OSSL_LIB_CTX_free(context);
        OSSL_PROVIDER_unload(first);
        first = load(p, NULL, round % 2);
    }
    atomic_store(&shared.stop, true);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    OSSL_PROVIDER_unload(first);
    long accepted = atomic_load(&shared.accepted), denied = atomic_load(&shared.denied);
    expect(p->guarded ? accepted == 0 && denied > 0 : denied == 0 && accepted > 0,
           "bad leaves: %ld accepted, %ld denied", accepted, denied);
    expect(atomic_load(&shared.wrong) == 0, "good leaves: %ld denied", atomic_load(&shared.wrong));
}

static void expect_leaf(const probe *p, const char *host, bool within)
{
    char san[128] = "DNS:";
    strncat(san, host, sizeof san - sizeof "DNS:");
    X509 *leaf = issue_leaf(p, host, san);
    X509_STORE *store = probe_store(p);
    outcome seen = verify(store, leaf);
    if (within)
        expect_accepted(seen, host);
    else
        expect_denied(p, seen, host);
    X509_STORE_free(store);
    X509_free(leaf);
}

/* Two sections with a list each: the first permits all of corp.example, the second one host of
 * it, and evil.example. */
static void two_lists(probe *p)
{
    expect_leaf(p, "www.corp.example", true);
    expect_leaf(p, "mail.corp.example", false);
    expect_leaf(p, "www.evil.example", false);
}

/* More different settings than the module keeps: from then on nothing is within a scope. */
static void too_many_settings(probe *p)
{
    X509_STORE *store = probe_store(p);
    expect_denied(p, verify(store, p->bad), "one policy too many");
    outcome seen = verify(store, p->good);
    expect((seen.result == 1) != p->guarded, "one policy too many: good leaf: result %d, error %d",
           seen.result, seen.error);
    X509_STORE_free(store);
}

int main(int argc, char **argv)
{
    static const scenario table[] = {
        {.name = "unload_reload", .run = unload_reload},
        {.name = "load_twice", .run = load_twice},
        {.name = "two_names", .run = two_names},
        {.name = "two_names_reinstall_often", .run = two_names_reinstall_often},
        {.name = "two_copies_reinstall_often", .run = two_copies_reinstall_often},
        {.name = "reinstall_often", .run = reinstall_often},
        {.name = "two_contexts", .run = two_contexts},
        {.name = "race_loads", .run = race_loads},
        {.name = "two_lists", .run = two_lists},
        {.name = "too_many_settings", .run = too_many_settings},
        {.name = NULL},
    };
    return probe_run(argc, argv, table);
}
