/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/system/probes/probe.h"

#include "tests/system/probes/issue.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static atomic_int failures;

/* One call, one line: several threads print. */
static void print_line(const char *tag, const char *format, va_list arguments)
{
    char text[512];
    vsnprintf(text, sizeof text, format, arguments);
    printf("%s %s\n", tag, text);
}

void expect(bool holds, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_line(holds ? "ok  " : "FAIL", format, arguments);
    va_end(arguments);
    if (!holds)
        atomic_fetch_add(&failures, 1);
}

void note(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_line("    ", format, arguments);
    va_end(arguments);
}

void give_up(const char *what)
{
    printf("END  cannot go on: %s\n", what);
    ERR_print_errors_fp(stdout);
    exit(2);
}

void skip(const char *why)
{
    printf("SKIP %s\n", why);
    exit(PROBE_SKIPPED);
}

void *must(void *pointer, const char *what)
{
    if (pointer == NULL)
        give_up(what);
    return pointer;
}

int probe_status(void)
{
    return atomic_load(&failures) == 0 ? 0 : 1;
}

int probe_child_status(const probe *p, void (*run)(const probe *p))
{
    fflush(stdout);
    pid_t child = fork();
    if (child < 0)
        give_up("a child");
    if (child == 0) {
        alarm(60);
        run(p);
        fflush(stdout);
        _exit(probe_status());
    }
    int status = -1;
    waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == PROBE_SKIPPED)
        exit(PROBE_SKIPPED);
    return status;
}

void probe_child(const probe *p, void (*run)(const probe *p))
{
    int status = probe_child_status(p, run);
    expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the child's status is %x",
           (unsigned)status);
}

const char *probe_argument(const probe *p, int index)
{
    if (index >= p->argument_count)
        give_up("an argument is missing");
    return p->arguments[index];
}

static void free_certificates(probe *p)
{
    X509_free(p->root);
    X509_free(p->good);
    X509_free(p->bad);
    EVP_PKEY_free(p->root_key);
    EVP_PKEY_free(p->leaf_key);
}

void probe_certificates(probe *p)
{
    BIO *file = must(BIO_new_file(p->root_file, "r"), p->root_file);
    p->root = must(PEM_read_bio_X509(file, NULL, NULL, NULL), "the root's certificate");
    BIO_free(file);
    file = must(BIO_new_file(p->root_key_file, "r"), p->root_key_file);
    p->root_key = must(PEM_read_bio_PrivateKey(file, NULL, NULL, NULL), "the root's key");
    BIO_free(file);
    p->leaf_key = must(EVP_EC_gen("P-256"), "a key");
    p->good = issue_leaf(p, "www.corp.example", "DNS:www.corp.example, DNS:localhost");
    p->bad = issue_leaf(p, "www.evil.example", "DNS:www.evil.example, DNS:localhost");
}

static const scenario *find_scenario(const scenario *table, const char *name)
{
    while (table->name != NULL && strcmp(table->name, name) != 0)
        table++;
    return table->name != NULL ? table : NULL;
}

int probe_run(int argc, char **argv, const scenario *table)
{
    /* A crash must not swallow what was seen before it. */
    setvbuf(stdout, NULL, _IOLBF, 0);
    const scenario *chosen = argc < 5 ? NULL : find_scenario(table, argv[2]);
    if (chosen == NULL) {
        fprintf(stderr, "usage: %s guarded|bare SCENARIO ROOT.pem ROOT.key [ARGUMENT...]\n",
                argv[0]);
        for (; table->name != NULL; table++)
            fprintf(stderr, "    %s\n", table->name);
        return 2;
    }
    probe p = {
        .guarded = strcmp(argv[1], "guarded") == 0,
        .root_file = argv[3],
        .root_key_file = argv[4],
        .arguments = argv + 5,
        .argument_count = argc - 5,
    };
    if (!chosen->early)
        probe_certificates(&p);
    chosen->run(&p);
    free_certificates(&p);
    return probe_status();
}

X509_STORE *probe_store(const probe *p)
{
    X509_STORE *store = must(X509_STORE_new(), "a store");
    if (X509_STORE_add_cert(store, p->root) != 1)
        give_up("the root in the store");
    return store;
}

outcome verify_ready(X509_STORE_CTX *ctx)
{
    outcome seen = {.result = X509_verify_cert(ctx)};
    seen.error = X509_STORE_CTX_get_error(ctx);
    seen.depth = X509_STORE_CTX_get_error_depth(ctx);
    return seen;
}

/* As TLS does it, which passes what the peer sent: at least the leaf. */
static outcome verify_with(OSSL_LIB_CTX *context, X509_STORE *store, X509 *leaf,
                           STACK_OF(X509) * untrusted)
{
    outcome seen = {.result = -1};
    STACK_OF(X509) *sent = untrusted == NULL ? sk_X509_new_null() : sk_X509_dup(untrusted);
    X509_STORE_CTX *ctx = X509_STORE_CTX_new_ex(context, NULL);
    if (ctx != NULL && sk_X509_unshift(sent, leaf) > 0 &&
        X509_STORE_CTX_init(ctx, store, leaf, sent) == 1)
        seen = verify_ready(ctx);
    X509_STORE_CTX_free(ctx);
    sk_X509_free(sent);
    return seen;
}

outcome verify(X509_STORE *store, X509 *leaf)
{
    return verify_with(NULL, store, leaf, NULL);
}

outcome verify_in(OSSL_LIB_CTX *context, X509_STORE *store, X509 *leaf)
{
    return verify_with(context, store, leaf, NULL);
}

outcome verify_chain(X509_STORE *store, X509 *leaf, STACK_OF(X509) * untrusted)
{
    return verify_with(NULL, store, leaf, untrusted);
}

void expect_denied(const probe *p, outcome seen, const char *what)
{
    bool holds = p->guarded ? seen.result == 0 && seen.error == X509_V_ERR_PERMITTED_VIOLATION
                            : seen.result == 1 && seen.error == X509_V_OK;
    expect(holds, "%s: bad leaf: result %d, error %d", what, seen.result, seen.error);
}

void expect_accepted(outcome seen, const char *what)
{
    expect(seen.result == 1 && seen.error == X509_V_OK, "%s: good leaf: result %d, error %d", what,
           seen.result, seen.error);
}

void expect_in_force(const probe *p, const char *when)
{
    X509_STORE *store = probe_store(p);
    expect_denied(p, verify(store, p->bad), when);
    expect_accepted(verify(store, p->good), when);
    X509_STORE_free(store);
}
