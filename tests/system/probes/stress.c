/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything at once: threads verify, by store contexts and by TLS, while one loads and unloads
 * providers and contexts and another replaces the list. For ThreadSanitizer too.
 *
 * Arguments: seconds; a provider's name, which OPENSSL_CONF describes and activates, with
 * refresh = 1; the path of its list; two lists to put there in turn, both of which permit
 * corp.example and neither evil.example. Bare: any files, and a provider without algorithms, as
 * ours is ("null"): OpenSSL 3.0 crashes if algorithms are unloaded while others look for them.
 */
#include "tests/system/probes/handshake.h"
#include "tests/system/probes/replace.h"

#include <openssl/conf.h>
#include <openssl/provider.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

typedef struct stress {
    const probe *p;
    atomic_bool stop;
    atomic_long verified, wrong, handshakes, loads, replacements;
} stress;

static void count(stress *shared, bool right)
{
    atomic_fetch_add(&shared->verified, 1);
    if (!right)
        atomic_fetch_add(&shared->wrong, 1);
}

static void *verify_chains(void *argument)
{
    stress *shared = argument;
    X509_STORE *store = probe_store(shared->p);
    while (!atomic_load(&shared->stop)) {
        count(shared, (verify(store, shared->p->bad).result == 1) != shared->p->guarded);
        count(shared, verify(store, shared->p->good).result == 1);
    }
    X509_STORE_free(store);
    return NULL;
}

static void *connect_by_tls(void *argument)
{
    stress *shared = argument;
    while (!atomic_load(&shared->stop)) {
        bool done = false;
        tls_attempt(shared->p, NULL, shared->p->bad, &done);
        count(shared, done != shared->p->guarded);
        tls_attempt(shared->p, NULL, shared->p->good, &done);
        count(shared, done);
        atomic_fetch_add(&shared->handshakes, 2);
    }
    return NULL;
}

/* In a context that is the thread's default while it lives. */
static void verify_in_new_context(stress *shared)
{
    OSSL_LIB_CTX *context = must(OSSL_LIB_CTX_new(), "a library context");
    if (OSSL_LIB_CTX_load_config(context, getenv("OPENSSL_CONF")) != 1)
        give_up("the configuration");
    OSSL_LIB_CTX *before = OSSL_LIB_CTX_set0_default(context);
    X509_STORE *store = probe_store(shared->p);
    count(shared, (verify(store, shared->p->bad).result == 1) != shared->p->guarded);
    count(shared, verify(store, shared->p->good).result == 1);
    X509_STORE_free(store);
    OSSL_LIB_CTX_set0_default(before);
    OSSL_LIB_CTX_free(context);
}

static void *load_and_unload(void *argument)
{
    stress *shared = argument;
    while (!atomic_load(&shared->stop)) {
        OSSL_PROVIDER *provider =
            must(OSSL_PROVIDER_load(NULL, probe_argument(shared->p, 1)), "a provider");
        verify_in_new_context(shared);
        OSSL_PROVIDER_unload(provider);
        atomic_fetch_add(&shared->loads, 1);
    }
    return NULL;
}

static void *replace_list(void *argument)
{
    stress *shared = argument;
    const struct timespec pause = {.tv_nsec = 20 * 1000 * 1000};
    for (int turn = 0; !atomic_load(&shared->stop); turn = 1 - turn) {
        replace_file(probe_argument(shared->p, 2), probe_argument(shared->p, 3 + turn));
        atomic_fetch_add(&shared->replacements, 1);
        /* Not to wait for anything: to leave the processors to the others. */
        nanosleep(&pause, NULL);
    }
    return NULL;
}

static void everything(probe *p)
{
    static void *(*const workers[])(void *) = {verify_chains,  verify_chains,   verify_chains,
                                               connect_by_tls, load_and_unload, replace_list};
    enum { WORKERS = sizeof workers / sizeof *workers };
    pthread_t threads[WORKERS];
    stress shared = {.p = p};
    struct timespec duration = {.tv_sec = strtol(probe_argument(p, 0), NULL, 10)};
    probe_argument(p, 4);
    for (int i = 0; i < WORKERS; i++)
        if (pthread_create(&threads[i], NULL, workers[i], &shared) != 0)
            give_up("a thread");
    nanosleep(&duration, NULL);
    atomic_store(&shared.stop, true);
    for (int i = 0; i < WORKERS; i++)
        pthread_join(threads[i], NULL);
    note("%ld handshakes, %ld loads, %ld lists", atomic_load(&shared.handshakes),
         atomic_load(&shared.loads), atomic_load(&shared.replacements));
    expect(atomic_load(&shared.verified) > 0 && atomic_load(&shared.wrong) == 0,
           "%ld of %ld verifications went wrong", atomic_load(&shared.wrong),
           atomic_load(&shared.verified));
}

int main(int argc, char **argv)
{
    static const scenario table[] = {
        {.name = "everything", .run = everything},
        {.name = NULL},
    };
    return probe_run(argc, argv, table);
}
