/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How much stack a verification takes. Each runs on a coroutine's stack of 16 KB with a guard page
 * below, as programs that do TLS in coroutines have it, and its figure is printed:
 *
 *     stack CASE permitted|denied BYTES
 */
#include "tests/system/probes/issue.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

enum { STACK_SIZE = 16 * 1024, GUARD_SIZE = 4096, UNTOUCHED = 0xa5, NAMES_OF_MANY = 300 };

static ucontext_t caller, coroutine;
static unsigned char *stack;

/* What the coroutine does; it takes no arguments. */
static X509_STORE *task_store;
static X509 *task_leaf;
static const char *task_host;
static int task_result;

static int obey(int ok, X509_STORE_CTX *context)
{
    (void)context;
    return ok;
}

static void verify_task(void)
{
    X509_STORE_CTX *context = must(X509_STORE_CTX_new(), "a context");
    if (X509_STORE_CTX_init(context, task_store, task_leaf, NULL) != 1)
        give_up("a context");
    /* So that it is a peer's, which there is more to tell of. */
    X509_STORE_CTX_set_verify_cb(context, obey);
    X509_VERIFY_PARAM_set1_host(X509_STORE_CTX_get0_param(context), task_host, 0);
    task_result = X509_verify_cert(context);
    X509_STORE_CTX_free(context);
}

static void make_stack(void)
{
    stack = mmap(NULL, GUARD_SIZE + STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
                 -1, 0);
    if (stack == MAP_FAILED || mprotect(stack, GUARD_SIZE, PROT_NONE) != 0)
        give_up("a stack");
}

/* Bytes of the stack that the task touches. */
static size_t run_on_stack(void)
{
    unsigned char *lowest = stack + GUARD_SIZE;
    memset(lowest, UNTOUCHED, STACK_SIZE);
    if (getcontext(&coroutine) != 0)
        give_up("a coroutine");
    coroutine.uc_stack.ss_sp = lowest;
    coroutine.uc_stack.ss_size = STACK_SIZE;
    coroutine.uc_link = &caller;
    makecontext(&coroutine, verify_task, 0);
    swapcontext(&caller, &coroutine);
    size_t untouched = 0;
    while (untouched < STACK_SIZE && lowest[untouched] == UNTOUCHED)
        untouched++;
    return STACK_SIZE - untouched;
}

static void measure(const probe *p, const char *name, X509 *leaf, bool denied)
{
    task_leaf = leaf;
    size_t bytes = run_on_stack();
    bool expected = !denied || !p->guarded || p->argument_count > 0;
    expect((task_result == 1) == expected, "%s, %s", name, denied ? "outside" : "inside");
    printf("stack %s %s %zu\n", name, denied ? "denied" : "permitted", bytes);
}

/* An otherName of UTF-8, as in openssl.cnf(5). */
#define OTHER(oid, text) "otherName:" oid ";UTF8:" text

/* A leaf inside the probes' scope, and one outside. Without a san the common name is judged. */
static const struct form {
    const char *name, *cn, *inside, *outside, *outside_cn;
} forms[] = {
    {"dns", "x y", "DNS:www.corp.example", "DNS:www.evil.example", NULL},
    {"wildcard", "x y", "DNS:*.a.corp.example", "DNS:*.evil.example", NULL},
    {"ip", "x y", "IP:10.1.2.3", "IP:192.0.2.1", NULL},
    {"email", "x y", "email:a@corp.example", "email:a@evil.example", NULL},
    {"uri", "x y", "URI:https://www.corp.example/", "URI:https://www.evil.example/", NULL},
    {"srv", "x y", "otherName:1.3.6.1.5.5.7.8.7;IA5STRING:_imap.corp.example",
     "otherName:1.3.6.1.5.5.7.8.7;IA5STRING:_imap.evil.example", NULL},
    {"xmpp", "x y", OTHER("1.3.6.1.5.5.7.8.5", "corp.example"),
     OTHER("1.3.6.1.5.5.7.8.5", "evil.example"), NULL},
    {"smtputf8", "x y", OTHER("1.3.6.1.5.5.7.8.9", "a@corp.example"),
     OTHER("1.3.6.1.5.5.7.8.9", "a@evil.example"), NULL},
    {"upn", "x y", OTHER("1.3.6.1.4.1.311.20.2.3", "a@corp.example"),
     OTHER("1.3.6.1.4.1.311.20.2.3", "a@evil.example"), NULL},
    {"nai", "x y", OTHER("1.3.6.1.5.5.7.8.8", "corp.example"),
     OTHER("1.3.6.1.5.5.7.8.8", "evil.example"), NULL},
    {"cn-host", "www.corp.example", NULL, NULL, "www.evil.example"},
    {"cn-address", "10.1.2.3", NULL, NULL, "192.0.2.1"},
    {"cn-beside-san", "www.corp.example", "DNS:www.corp.example", "DNS:www.corp.example",
     "www.evil.example"},
};

/* Twice each: the first fills caches on the way, and lines are written of the first two. */
static void measure_pair(const probe *p, const char *name, X509 *inside, X509 *outside)
{
    for (int i = 0; i < 2; i++) {
        measure(p, name, inside, false);
        measure(p, name, outside, true);
    }
}

static void each_form(probe *p)
{
    make_stack();
    task_store = probe_store(p);
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        const struct form *f = &forms[i];
        X509 *inside = issue_leaf(p, f->cn, f->inside);
        X509 *outside = issue_leaf(p, f->outside_cn != NULL ? f->outside_cn : f->cn, f->outside);
        measure_pair(p, f->name, inside, outside);
        X509_free(inside);
        X509_free(outside);
    }
    X509_STORE_free(task_store);
}

static char *many_names(const char *host)
{
    char *text = must(calloc(NAMES_OF_MANY, 40), "a text");
    size_t size = 0;
    for (int i = 0; i < NAMES_OF_MANY; i++)
        size += (size_t)sprintf(text + size, "%sDNS:n%d.%s", i > 0 ? "," : "", i, host);
    return text;
}

static void many_names_and_a_host(probe *p)
{
    char *good_names = many_names("corp.example"), *bad_names = many_names("evil.example");
    X509 *inside = issue_leaf(p, "x y", good_names), *outside = issue_leaf(p, "x y", bad_names);
    make_stack();
    task_store = probe_store(p);
    measure_pair(p, "many", inside, outside);
    task_host = "n1.corp.example";
    measure(p, "host", inside, false);
    free(good_names);
    free(bad_names);
    X509_free(inside);
    X509_free(outside);
    X509_STORE_free(task_store);
}

/* The chain ends at an issuing CA that is trusted too; the listed root is above, in the store. */
static void root_above_the_top(probe *p)
{
    EVP_PKEY *key = must(EVP_EC_gen("P-256"), "a key");
    request wanted = {.cn = "x y", .san = "DNS:www.corp.example", .key = p->leaf_key};
    X509 *intermediate = issue(p, &(request){.cn = "Intermediate",
                                             .ca = true,
                                             .key = key,
                                             .key_usage = "critical,keyCertSign,cRLSign"});
    wanted.issuer = intermediate;
    wanted.issuer_key = key;
    X509 *inside = issue(p, &wanted);
    wanted.san = "DNS:www.evil.example";
    X509 *outside = issue(p, &wanted);
    make_stack();
    task_store = probe_store(p);
    if (X509_STORE_add_cert(task_store, intermediate) != 1 ||
        X509_STORE_set_flags(task_store, X509_V_FLAG_PARTIAL_CHAIN) != 1)
        give_up("a store");
    measure_pair(p, "above", inside, outside);
    X509_free(inside);
    X509_free(outside);
    X509_free(intermediate);
    EVP_PKEY_free(key);
    X509_STORE_free(task_store);
}

/* A newer list, in which the good names are outside: FIRST-ARGUMENT takes the place of the second.
 * Needs `refresh = 1`. */
static void due_reload(probe *p)
{
    const char *newer = probe_argument(p, 0), *list = probe_argument(p, 1);
    make_stack();
    task_store = probe_store(p);
    task_leaf = p->good;
    run_on_stack();
    expect(task_result == 1, "the good leaf under the first list");
    if (rename(newer, list) != 0)
        give_up(newer);
    nanosleep(&(struct timespec){.tv_sec = 2}, NULL);
    size_t bytes = run_on_stack();
    expect((task_result == 1) != p->guarded, "the good leaf under the newer list");
    printf("stack reload denied %zu\n", bytes);
    X509_STORE_free(task_store);
}

int main(int argc, char **argv)
{
    static const scenario table[] = {
        {.name = "each_form", .run = each_form},
        {.name = "many_names_and_a_host", .run = many_names_and_a_host},
        {.name = "root_above_the_top", .run = root_above_the_top},
        {.name = "due_reload", .run = due_reload},
        {.name = NULL},
    };
    return probe_run(argc, argv, table);
}
