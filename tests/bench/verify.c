/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verifies chains of make_chains again and again, and says how long it takes.
 *
 * usage: verify [OPTION...] [CASE...]      OPENSSL_CONF says whether the module is there
 *
 *     plain|guarded[+anew][+cold]:COUNT:CHAIN
 *         plain       OpenSSL's own verify function, whatever the configuration loaded
 *         guarded     the verify function that a new context has
 *         +anew       each verification decodes the certificates anew, which is not measured
 *         +cold       nothing of the kind ran before
 *     context:COUNT:CHAIN
 *         only makes a store context ready and clears it
 *
 *     --rounds N        all cases in turn, N times
 *     --threads N       N threads at once, and COUNT is the milliseconds of each case; no +anew
 *     --in-turn         a verification of each case, then the next of each, as often as the first
 *                       case says; prints the time of each verification, by the clock
 *     --denied CHAIN    in the end, this chain must be refused as outside the permitted names
 *     --accepted CHAIN  this one must be accepted
 *     --memory          print the kilobytes of private memory after that
 *     --index           contexts have an index for data, as in each program with libssl
 *
 * Prints `case I NANOSECONDS` for each verification: processor time of the thread; with --threads
 * the clock's, divided by the verifications of all threads. The instructions of a case are those in
 * bench_measured.
 */
#include <getopt.h>
#include <openssl/conf.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { CASES_MAX = 64, THREADS_MAX = 64, CHAIN_SIZE_MAX = 4 << 20 };

typedef struct chain {
    X509 *leaf, *root;
    STACK_OF(X509) * untrusted;
} chain;

typedef struct bench_case {
    bool plain, anew, cold, context_only;
    unsigned long count;
    const char *path;
    unsigned char *der;
    size_t der_size;
} bench_case;

/* What one thread works with: nothing of it is shared. */
typedef struct workplace {
    const bench_case *of;
    chain *chains; /* one, or as many as are verified */
    size_t chain_count;
    X509_STORE *store;
} workplace;

/* Threads that verify until they are told to stop: which case, the one who counts says. */
typedef struct verifiers {
    const bench_case *cases;
    int case_count;
    unsigned threads;
    atomic_int turn; /* the case that all verify now; -1: stop */
} verifiers;

/* Its count has a line of the processor's cache to itself. */
typedef struct member {
    _Alignas(128) atomic_ulong done;
    pthread_t id;
    verifiers *all;
} member;

static X509_STORE_CTX_verify_fn plain_verify;

static _Noreturn void give_up(const char *what)
{
    fprintf(stderr, "verify: %s\n", what);
    ERR_print_errors_fp(stderr);
    exit(EXIT_FAILURE);
}

static void *must(void *made)
{
    if (made == NULL)
        give_up("out of memory, or not a certificate");
    return made;
}

/* OpenSSL's own verify function: the one of a context made before any configuration is loaded. */
static void start_libcrypto(bool with_index)
{
    if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) != 1)
        give_up("libcrypto does not start");
    X509_STORE_CTX *context = must(X509_STORE_CTX_new());
    if (X509_STORE_CTX_init(context, NULL, NULL, NULL) != 1)
        give_up("no context");
    plain_verify = X509_STORE_CTX_get_verify(context);
    X509_STORE_CTX_free(context);
    if (with_index && X509_STORE_CTX_get_ex_new_index(0, NULL, NULL, NULL, NULL) < 0)
        give_up("no index");
    if (CONF_modules_load_file_ex(NULL, getenv("OPENSSL_CONF"), NULL, 0) != 1)
        give_up("the configuration of OPENSSL_CONF does not load");
}

static void read_chain(bench_case *of)
{
    FILE *file = fopen(of->path, "re");
    of->der = must(malloc(CHAIN_SIZE_MAX));
    if (file == NULL || (of->der_size = fread(of->der, 1, CHAIN_SIZE_MAX, file)) == 0)
        give_up(of->path);
    fclose(file);
}

static chain decode(const bench_case *of)
{
    chain decoded = {.untrusted = must(sk_X509_new_null())};
    const unsigned char *at = of->der, *end = of->der + of->der_size;
    while (at < end) {
        X509 *next = must(d2i_X509(NULL, &at, end - at));
        if (decoded.leaf == NULL)
            decoded.leaf = next;
        else if (at < end)
            sk_X509_push(decoded.untrusted, next);
        else
            decoded.root = next;
    }
    return decoded;
}

static void chain_clear(chain *of)
{
    X509_free(of->leaf);
    X509_free(of->root);
    sk_X509_pop_free(of->untrusted, X509_free);
}

/* 0, or the error. */
static int verify(X509_STORE_CTX *context, X509_STORE *store, const chain *of, bool plain)
{
    if (X509_STORE_CTX_init(context, store, of->leaf, of->untrusted) != 1)
        give_up("no context");
    if (plain)
        X509_STORE_CTX_set_verify(context, plain_verify);
    int error = X509_verify_cert(context) == 1 ? 0 : X509_STORE_CTX_get_error(context);
    X509_STORE_CTX_cleanup(context);
    return error;
}

static bool make_contexts(X509_STORE_CTX *context, const workplace *at, unsigned long count)
{
    for (unsigned long i = 0; i < count; i++) {
        if (X509_STORE_CTX_init(context, at->store, at->chains->leaf, NULL) != 1)
            return false;
        X509_STORE_CTX_cleanup(context);
    }
    return true;
}

/* What is measured. Whether all went well. */
__attribute__((noinline)) bool bench_measured(X509_STORE_CTX *context, const workplace *at,
                                              unsigned long count);
bool bench_measured(X509_STORE_CTX *context, const workplace *at, unsigned long count)
{
    int error = 0;
    if (at->of->context_only)
        return make_contexts(context, at, count);
    for (unsigned long i = 0; i < count && error == 0; i++)
        error = verify(context, at->store, &at->chains[i % at->chain_count], at->of->plain);
    return error == 0;
}

static double now(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void prepare(workplace *at, const bench_case *of)
{
    at->of = of;
    at->chain_count = of->anew ? of->count : 1;
    at->chains = must(calloc(at->chain_count, sizeof *at->chains));
    for (size_t i = 0; i < at->chain_count; i++)
        at->chains[i] = decode(of);
    at->store = must(X509_STORE_new());
    if (X509_STORE_add_cert(at->store, at->chains->root) != 1)
        give_up("no store");
}

static void leave(workplace *at)
{
    for (size_t i = 0; i < at->chain_count; i++)
        chain_clear(&at->chains[i]);
    free(at->chains);
    X509_STORE_free(at->store);
}

static void must_accept(bool accepted)
{
    if (!accepted)
        give_up("a chain that must be accepted is not");
}

/* A context, after what the case wants to have run before. */
static X509_STORE_CTX *warm_context(const workplace *at)
{
    const bench_case *of = at->of;
    X509_STORE_CTX *context = must(X509_STORE_CTX_new());
    if (!of->cold) {
        chain first = decode(of);
        must_accept(verify(context, at->store, &first, of->plain) == 0);
        chain_clear(&first);
    }
    if (!of->anew && !of->cold && !of->context_only)
        must_accept(verify(context, at->store, at->chains, of->plain) == 0);
    return context;
}

static double measure(const bench_case *of)
{
    workplace at = {0};
    prepare(&at, of);
    X509_STORE_CTX *context = warm_context(&at);
    double start = now(CLOCK_THREAD_CPUTIME_ID);
    must_accept(bench_measured(context, &at, of->count));
    double took = now(CLOCK_THREAD_CPUTIME_ID) - start;
    X509_STORE_CTX_free(context);
    leave(&at);
    return took / (double)of->count;
}

static void *work(void *argument)
{
    member *self = argument;
    verifiers *all = self->all;
    workplace at[CASES_MAX] = {0};
    X509_STORE_CTX *context = must(X509_STORE_CTX_new());
    for (int i = 0; i < all->case_count; i++)
        prepare(&at[i], &all->cases[i]);
    for (int turn; (turn = atomic_load_explicit(&all->turn, memory_order_relaxed)) >= 0;) {
        must_accept(bench_measured(context, &at[turn], 1));
        atomic_fetch_add_explicit(&self->done, 1, memory_order_relaxed);
    }
    for (int i = 0; i < all->case_count; i++)
        leave(&at[i]);
    X509_STORE_CTX_free(context);
    return NULL;
}

static double verifications(member *members, unsigned threads)
{
    unsigned long sum = 0;
    for (unsigned i = 0; i < threads; i++)
        sum += atomic_load_explicit(&members[i].done, memory_order_relaxed);
    return (double)sum;
}

static void wait_milliseconds(unsigned long count)
{
    struct timespec left = {(time_t)(count / 1000), (long)(count % 1000) * 1000000};
    while (nanosleep(&left, &left) != 0)
        continue;
}

/*
 * Throughput is counted in a time that is the same for all cases, while all threads run: were each
 * to do a share, the last ones would run alone, as the scheduler happens to have it.
 */
static double throughput(verifiers *all, member *members, int turn)
{
    atomic_store(&all->turn, turn);
    double start = now(CLOCK_MONOTONIC), before = verifications(members, all->threads);
    wait_milliseconds(all->cases[turn].count);
    double took = now(CLOCK_MONOTONIC) - start;
    return took / (verifications(members, all->threads) - before);
}

static void measure_threads(const bench_case *cases, int count, unsigned threads,
                            unsigned long rounds)
{
    static member members[THREADS_MAX];
    verifiers all = {.cases = cases, .case_count = count, .threads = threads};
    for (unsigned i = 0; i < threads; i++) {
        members[i].all = &all;
        if (pthread_create(&members[i].id, NULL, work, &members[i]) != 0)
            give_up("no thread");
    }
    for (int i = 0; i < count; i++) /* to start the threads and fill the caches */
        throughput(&all, members, i);
    for (unsigned long round = 0; round < rounds; round++)
        for (int i = 0; i < count; i++)
            printf("case %d %.1f\n", i, throughput(&all, members, i));
    atomic_store(&all.turn, -1);
    for (unsigned i = 0; i < threads; i++)
        pthread_join(members[i].id, NULL);
}

static void measure_in_turn(const bench_case *cases, int count)
{
    workplace at[CASES_MAX];
    X509_STORE_CTX *context[CASES_MAX];
    size_t figures = (size_t)count * cases[0].count, filled = 0;
    double *took = must(calloc(figures, sizeof *took));
    for (int i = 0; i < count; i++) {
        prepare(&at[i], &cases[i]);
        context[i] = warm_context(&at[i]);
    }
    for (unsigned long turn = 0; turn < cases[0].count; turn++)
        for (int i = 0; i < count; i++) {
            const chain *next = &at[i].chains[turn % at[i].chain_count];
            double start = now(CLOCK_MONOTONIC);
            must_accept(verify(context[i], at[i].store, next, cases[i].plain) == 0);
            took[filled++] = now(CLOCK_MONOTONIC) - start;
        }
    for (int i = 0; i < count; i++) {
        X509_STORE_CTX_free(context[i]);
        leave(&at[i]);
    }
    for (size_t i = 0; i < filled; i++)
        printf("case %zu %.0f\n", i % (size_t)count, took[i]);
    free(took);
}

static void expect(const char *path, int expected)
{
    bench_case of = {.path = path, .count = 1};
    workplace at = {0};
    read_chain(&of);
    prepare(&at, &of);
    X509_STORE_CTX *context = must(X509_STORE_CTX_new());
    int error = verify(context, at.store, at.chains, false);
    if (error != expected) {
        fprintf(stderr, "verify: %s: error %d, expected %d\n", path, error, expected);
        exit(EXIT_FAILURE);
    }
    X509_STORE_CTX_free(context);
    leave(&at);
    free(of.der);
}

/* Dirty memory has more: all pages of a module that was just built, until the disk has them. */
static void print_memory(void)
{
    FILE *file = must(fopen("/proc/self/smaps_rollup", "re"));
    char line[256];
    while (fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, "Anonymous:", 10) == 0)
            printf("memory %ld\n", strtol(line + 10, NULL, 10));
    fclose(file);
}

static bench_case parse_case(char *text, bool threads)
{
    bench_case of = {0};
    char *kind = strtok(text, ":"), *count = strtok(NULL, ":"), *path = strtok(NULL, "");
    if (path == NULL)
        give_up("a case is KIND:COUNT:CHAIN");
    of.path = path;
    of.count = strtoul(count, NULL, 10);
    of.context_only = strcmp(kind, "context") == 0;
    of.plain = strncmp(kind, "plain", 5) == 0;
    of.anew = strstr(kind, "+anew") != NULL;
    of.cold = strstr(kind, "+cold") != NULL;
    if (of.count == 0 || (threads && of.anew) ||
        (!of.context_only && !of.plain && strncmp(kind, "guarded", 7) != 0))
        give_up("a case is KIND:COUNT:CHAIN");
    read_chain(&of);
    return of;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"rounds", required_argument, NULL, 'r'}, {"threads", required_argument, NULL, 't'},
        {"denied", required_argument, NULL, 'd'}, {"accepted", required_argument, NULL, 'a'},
        {"memory", no_argument, NULL, 'm'},       {"index", no_argument, NULL, 'i'},
        {"in-turn", no_argument, NULL, 'n'},      {NULL, 0, NULL, 0}};
    static bench_case cases[CASES_MAX];
    const char *denied = NULL, *accepted = NULL;
    unsigned long rounds = 1;
    unsigned threads = 0;
    bool memory = false, index = false, in_turn = false;
    int option, count = 0;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (option) {
        case 'r':
            rounds = strtoul(optarg, NULL, 10);
            break;
        case 't':
            threads = (unsigned)strtoul(optarg, NULL, 10);
            break;
        case 'd':
            denied = optarg;
            break;
        case 'a':
            accepted = optarg;
            break;
        case 'm':
            memory = true;
            break;
        case 'i':
            index = true;
            break;
        case 'n':
            in_turn = true;
            break;
        default:
            return 2;
        }
    }
    if (threads > THREADS_MAX || argc - optind > CASES_MAX)
        give_up("too many threads or cases");
    start_libcrypto(index);
    for (; optind < argc; optind++)
        cases[count++] = parse_case(argv[optind], threads > 0);
    if (threads > 0)
        measure_threads(cases, count, threads, rounds);
    for (unsigned long round = 0; threads == 0 && round < rounds; round++)
        if (in_turn)
            measure_in_turn(cases, count);
        else
            for (int i = 0; i < count; i++)
                printf("case %d %.1f\n", i, measure(&cases[i]));
    if (accepted != NULL)
        expect(accepted, X509_V_OK);
    if (denied != NULL)
        expect(denied, X509_V_ERR_PERMITTED_VIOLATION);
    if (memory)
        print_memory();
    return EXIT_SUCCESS;
}
