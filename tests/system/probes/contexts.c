/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Library contexts: the table of ex_data indices in force is that of the calling thread's default
 * one, index numbers collide between them, and their addresses are used again.
 *
 * First argument: a configuration to load into private contexts (the one of OPENSSL_CONF, or one
 * without the module when bare). Scenarios named private_* want a bare OPENSSL_CONF.
 */
#include "tests/system/probes/handshake.h"
#include "tests/system/probes/issue.h"

#include <openssl/conf.h>
#include <openssl/crypto.h>
#include <openssl/provider.h>
#include <pthread.h>

static OSSL_LIB_CTX *configured(const probe *p)
{
    OSSL_LIB_CTX *context = must(OSSL_LIB_CTX_new(), "a library context");
    if (OSSL_LIB_CTX_load_config(context, probe_argument(p, 0)) != 1)
        give_up("the configuration of a library context");
    return context;
}

/* With certificates that belong to the context, as a careful application has them. */
static void expect_in_force_in(const probe *p, OSSL_LIB_CTX *context, const char *when)
{
    X509 *root = reissue_in(context, p->root);
    X509 *good = reissue_in(context, p->good);
    X509 *bad = reissue_in(context, p->bad);
    X509_STORE *store = must(X509_STORE_new(), "a store");
    if (X509_STORE_add_cert(store, root) != 1)
        give_up("the root in the store");
    expect_denied(p, verify_in(context, store, bad), when);
    expect_accepted(verify_in(context, store, good), when);
    X509_STORE_free(store);
    X509_free(root);
    X509_free(good);
    X509_free(bad);
}

/* Both kinds of store context, under whatever default the thread has. */
static void expect_everywhere(const probe *p, OSSL_LIB_CTX *context, const char *when)
{
    note("%s", when);
    expect_in_force(p, "  context of no library context");
    expect_in_force_in(p, context, "  context of the private one");
    expect_in_force_in(p, OSSL_LIB_CTX_get0_global_default(), "  context of the global one");
}

typedef struct in_thread {
    const probe *p;
    OSSL_LIB_CTX *context;
} in_thread;

static void *verify_in_thread(void *argument)
{
    const in_thread *given = argument;
    expect_everywhere(given->p, given->context, "another thread, default: global");
    return NULL;
}

static void run_thread(const probe *p, OSSL_LIB_CTX *context)
{
    pthread_t thread;
    in_thread given = {.p = p, .context = context};
    if (pthread_create(&thread, NULL, verify_in_thread, &given) != 0)
        give_up("a thread");
    pthread_join(thread, NULL);
}

/* One private context; the module comes by the configuration of both, or by the private alone. */
static void private_and_global(probe *p)
{
    OSSL_LIB_CTX *own = configured(p);
    expect_everywhere(p, own, "default: global");
    OSSL_LIB_CTX *before = OSSL_LIB_CTX_set0_default(own);
    expect_everywhere(p, own, "default: private");
    expect_tls_in_force(p, NULL, "default: private");
    expect_tls_in_force(p, own, "default: private, its own TLS");
    run_thread(p, own);
    OSSL_LIB_CTX_set0_default(before);
    expect_tls_in_force(p, own, "default: global, TLS of the private one");
    OSSL_LIB_CTX_free(own);
    expect_in_force(p, "after the private one was freed");
}

/* The configuration is loaded while the private context is the thread's default. */
static void loaded_as_default(probe *p)
{
    OSSL_LIB_CTX *own = must(OSSL_LIB_CTX_new(), "a library context");
    OSSL_LIB_CTX *before = OSSL_LIB_CTX_set0_default(own);
    if (OSSL_LIB_CTX_load_config(own, probe_argument(p, 0)) != 1)
        give_up("the configuration");
    expect(OSSL_LIB_CTX_set0_default(NULL) == own, "the thread's default is what it was");
    expect_everywhere(p, own, "default: private");
    expect_tls_in_force(p, NULL, "default: private");
    OSSL_LIB_CTX_set0_default(before);
    expect_everywhere(p, own, "default: global");
    run_thread(p, own);
    OSSL_LIB_CTX_free(own);
}

/*
 * libssl registers its index under the global context first; the same number is ours in the
 * private one. TLS there once called a naive module with an SSL * for its own data.
 */
static void tls_index_collides(probe *p)
{
    note("libssl's index is %d", SSL_get_ex_data_X509_STORE_CTX_idx());
    loaded_as_default(p);
}

/* Registers an index of the application's under the current default, and stores through it. */
static void use_own_index(const probe *p, const char *where)
{
    char mine[] = "the application's";
    int index = CRYPTO_get_ex_new_index(CRYPTO_EX_INDEX_X509_STORE_CTX, 0, NULL, NULL, NULL, NULL);
    X509_STORE *store = probe_store(p);
    X509_STORE_CTX *ctx = must(X509_STORE_CTX_new(), "a store context");
    if (X509_STORE_CTX_init(ctx, store, p->bad, NULL) != 1)
        give_up("a store context");
    expect(X509_STORE_CTX_get_ex_data(ctx, index) == NULL, "%s: index %d starts empty", where,
           index);
    X509_STORE_CTX_set_ex_data(ctx, index, mine);
    expect_denied(p, verify_ready(ctx), where);
    expect(X509_STORE_CTX_get_ex_data(ctx, index) == mine, "%s: index %d keeps its data", where,
           index);
    X509_STORE_CTX_free(ctx);
    X509_STORE_free(store);
}

static void application_index_collides(probe *p)
{
    OSSL_LIB_CTX *own = configured(p);
    use_own_index(p, "default: global");
    OSSL_LIB_CTX *before = OSSL_LIB_CTX_set0_default(own);
    use_own_index(p, "default: private");
    /* Initialised under one default and freed under another: the tables differ in between. */
    X509_STORE *store = probe_store(p);
    X509_STORE_CTX *ctx = must(X509_STORE_CTX_new(), "a store context");
    if (X509_STORE_CTX_init(ctx, store, p->bad, NULL) != 1)
        give_up("a store context");
    char mine[] = "the application's";
    for (int index = 0; index < 4; index++)
        X509_STORE_CTX_set_ex_data(ctx, index, mine);
    OSSL_LIB_CTX_set0_default(before);
    expect_denied(p, verify_ready(ctx), "initialised under another default");
    X509_STORE_CTX_free(ctx);
    expect(mine[0] == 't', "a context is freed under another default");
    X509_STORE_free(store);
    OSSL_LIB_CTX_free(own);
}

/* Contexts come and go at the same address; each time the guard has to be there. */
static void addresses_reused(probe *p)
{
    OSSL_LIB_CTX *last = NULL;
    int reused = 0;
    for (int round = 0; round < 20; round++) {
        OSSL_LIB_CTX *own = configured(p);
        reused += own == last;
        last = own;
        OSSL_LIB_CTX *before = OSSL_LIB_CTX_set0_default(own);
        expect_in_force(p, "default: a new context");
        OSSL_LIB_CTX_set0_default(before);
        OSSL_LIB_CTX_free(own);
        expect_in_force(p, "after it was freed");
    }
    note("%d of 20 contexts had the address of the one before", reused);
}

/* Two contexts that both have the module, freed in either order. */
static void two_private(probe *p)
{
    OSSL_LIB_CTX *first = configured(p), *second = configured(p);
    expect_everywhere(p, first, "both alive");
    expect_everywhere(p, second, "both alive, the second");
    OSSL_LIB_CTX_free(first);
    expect_everywhere(p, second, "the first was freed");
    OSSL_LIB_CTX_free(second);
    expect_in_force(p, "both were freed");
}

/* A foreign context that never loads the configuration is a stated limit: it must only not crash,
 * and the others go on as they were. */
static void foreign_default(probe *p)
{
    OSSL_LIB_CTX *own = configured(p), *foreign = must(OSSL_LIB_CTX_new(), "a library context");
    OSSL_PROVIDER *provider = must(OSSL_PROVIDER_load(foreign, "default"), "a provider");
    OSSL_LIB_CTX *before = OSSL_LIB_CTX_set0_default(foreign);
    X509_STORE *store = probe_store(p);
    outcome seen = verify(store, p->bad);
    note("default: foreign: bad leaf: result %d, error %d", seen.result, seen.error);
    expect_accepted(verify(store, p->good), "default: foreign");
    X509_STORE_free(store);
    OSSL_LIB_CTX_set0_default(before);
    expect_everywhere(p, own, "default: global again");
    OSSL_PROVIDER_unload(provider);
    OSSL_LIB_CTX_free(foreign);
    OSSL_LIB_CTX_free(own);
}

int main(int argc, char **argv)
{
    static const scenario table[] = {
        {.name = "private_and_global", .run = private_and_global},
        {.name = "loaded_as_default", .run = loaded_as_default},
        {.name = "tls_index_collides", .run = tls_index_collides},
        {.name = "application_index_collides", .run = application_index_collides},
        {.name = "addresses_reused", .run = addresses_reused},
        {.name = "two_private", .run = two_private},
        {.name = "foreign_default", .run = foreign_default},
        {.name = NULL},
    };
    return probe_run(argc, argv, table);
}
