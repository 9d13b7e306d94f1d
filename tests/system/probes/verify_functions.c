/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stores with verify functions of their own, more of them than the module can keep apart. Those
 * that it has no room for must deny; none may crash, or be called for another.
 */
#include "tests/system/probes/probe.h"

#include <pthread.h>
#include <stdatomic.h>

/* X(number) for 0 … 599 */
#define TEN(X, n) X(n##0) X(n##1) X(n##2) X(n##3) X(n##4) X(n##5) X(n##6) X(n##7) X(n##8) X(n##9)
#define HUNDRED(X, n)                                                                              \
    TEN(X, n##0)                                                                                   \
    TEN(X, n##1)                                                                                   \
    TEN(X, n##2)                                                                                   \
    TEN(X, n##3)                                                                                   \
    TEN(X, n##4) TEN(X, n##5) TEN(X, n##6) TEN(X, n##7) TEN(X, n##8) TEN(X, n##9)
#define SIX_HUNDRED(X)                                                                             \
    HUNDRED(X, 1) HUNDRED(X, 2) HUNDRED(X, 3) HUNDRED(X, 4) HUNDRED(X, 5) HUNDRED(X, 6)
#define FUNCTIONS 600
#define THREADS   4

/* The number of the verify function that this thread's last verification came to; 0: none. */
static _Thread_local int called;

static int accept_as(int number)
{
    called = number;
    return 1;
}

#define DEFINE(number)                                                                             \
    static int verify_##number(X509_STORE_CTX *ctx)                                                \
    {                                                                                              \
        (void)ctx;                                                                                 \
        return accept_as(number);                                                                  \
    }
SIX_HUNDRED(DEFINE)

typedef struct numbered {
    X509_STORE_CTX_verify_fn function;
    int number;
} numbered;

#define ENTRY(number) {verify_##number, number},
static const numbered functions[FUNCTIONS] = {SIX_HUNDRED(ENTRY)};

/* One verification by a store with this verify function; `called` says which one ran. */
static outcome verify_by(X509_STORE *store, const numbered *by, X509 *leaf)
{
    called = 0;
    X509_STORE_set_verify(store, by->function);
    return verify(store, leaf);
}

/* The good leaf by every function: how many accepted it, the first ones without a gap. */
static int accepted_in_order(const probe *p, X509_STORE *store, int *misrouted)
{
    int accepted = 0;
    *misrouted = 0;
    for (int i = 0; i < FUNCTIONS; i++) {
        outcome good = verify_by(store, &functions[i], p->good);
        *misrouted += good.result == 1 ? called != functions[i].number : called != 0;
        if (good.result == 1 && accepted == i)
            accepted++;
    }
    return accepted;
}

static int denied_count(const probe *p, X509_STORE *store)
{
    int denied = 0;
    for (int i = 0; i < FUNCTIONS; i++) {
        outcome bad = verify_by(store, &functions[i], p->bad);
        denied += bad.result == 0 && called == 0;
    }
    return denied;
}

static void more_than_fit(probe *p)
{
    X509_STORE *store = probe_store(p);
    int misrouted = 0;
    int accepted = accepted_in_order(p, store, &misrouted);
    if (p->guarded)
        expect(accepted >= 8 && accepted < FUNCTIONS,
               "%d verify functions are wrapped, those after them deny", accepted);
    else
        expect(accepted == FUNCTIONS, "%d verify functions accept", accepted);
    expect(misrouted == 0, "%d verifications came to a wrong function", misrouted);
    int denied = denied_count(p, store);
    expect(denied == (p->guarded ? FUNCTIONS : 0), "%d of %d deny the bad leaf", denied, FUNCTIONS);
    int again = accepted_in_order(p, store, &misrouted);
    expect(again == accepted && misrouted == 0, "those %d are still wrapped: %d", accepted, again);
    X509_STORE_free(store);
    expect_in_force(p, "a store of the default function, pool full");
}

/* The verify function that denies for want of room, put back into the store. */
static void reinstall_when_full(probe *p)
{
    X509_STORE *store = probe_store(p);
    int misrouted = 0;
    accepted_in_order(p, store, &misrouted);
    for (int i = 0; i < 100; i++) {
        X509_STORE_set_verify(store, functions[FUNCTIONS - 1].function);
        X509_STORE_CTX *ctx = must(X509_STORE_CTX_new(), "a store context");
        if (X509_STORE_CTX_init(ctx, store, p->good, NULL) != 1)
            give_up("a store context");
        X509_STORE_set_verify(store, X509_STORE_CTX_get_verify(ctx));
        X509_STORE_CTX_free(ctx);
    }
    expect_denied(p, verify(store, p->bad), "the denying function put back");
    X509_STORE_free(store);
    expect_in_force(p, "a store of the default function");
}

typedef struct race {
    const probe *p;
    int start;
    atomic_int *wrong;
} race;

static void *race_functions(void *argument)
{
    const race *given = argument;
    X509_STORE *store = probe_store(given->p);
    for (int i = 0; i < FUNCTIONS; i++) {
        const numbered *by = &functions[(given->start + i) % FUNCTIONS];
        outcome good = verify_by(store, by, given->p->good);
        bool wrong = good.result == 1 && called != by->number;
        outcome bad = verify_by(store, by, given->p->bad);
        wrong = wrong || (bad.result == 1) == given->p->guarded;
        atomic_fetch_add(given->wrong, wrong);
    }
    X509_STORE_free(store);
    return NULL;
}

/* Threads that fill the pool at once, each starting elsewhere. */
static void race_for_room(probe *p)
{
    atomic_int wrong = 0;
    pthread_t threads[THREADS];
    race given[THREADS];
    for (int i = 0; i < THREADS; i++) {
        given[i] = (race){.p = p, .start = i * 7, .wrong = &wrong};
        if (pthread_create(&threads[i], NULL, race_functions, &given[i]) != 0)
            give_up("a thread");
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    expect(atomic_load(&wrong) == 0, "%d wrong outcomes", atomic_load(&wrong));
    expect_in_force(p, "a store of the default function");
}

int main(int argc, char **argv)
{
    static const scenario table[] = {
        {.name = "more_than_fit", .run = more_than_fit},
        {.name = "reinstall_when_full", .run = reinstall_when_full},
        {.name = "race_for_room", .run = race_for_room},
        {.name = NULL},
    };
    return probe_run(argc, argv, table);
}
