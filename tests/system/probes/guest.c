/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must be left as it was found: the error queue, errno, descriptors; no system call, and no
 * more of the stack than small threads have.
 */
#include "tests/system/probes/handshake.h"

#include <errno.h>
#include <openssl/err.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define STRANGE_ERRNO 123

static int override(int ok, X509_STORE_CTX *ctx)
{
    (void)ok;
    (void)ctx;
    return 1;
}

static void expect_queue_empty(const char *when)
{
    unsigned long error = ERR_peek_error();
    expect(error == 0, "%s: error queue: %s", when,
           error == 0 ? "empty" : ERR_reason_error_string(error));
    ERR_clear_error();
}

/* A verification with a callback of its own, and how it leaves queue and errno. */
static void verify_politely(const probe *p, X509 *leaf, X509_STORE_CTX_verify_cb callback,
                            const char *when)
{
    X509_STORE *store = probe_store(p);
    X509_STORE_CTX *ctx = must(X509_STORE_CTX_new(), "a store context");
    ERR_clear_error();
    errno = STRANGE_ERRNO;
    int made = X509_STORE_CTX_init(ctx, store, leaf, NULL);
    expect(made == 1 && errno == STRANGE_ERRNO, "%s: errno %d after the context was made", when,
           errno);
    if (callback != NULL)
        X509_STORE_CTX_set_verify_cb(ctx, callback);
    outcome seen = verify_ready(ctx);
    expect(errno == STRANGE_ERRNO, "%s: errno %d after the verification (%d)", when, errno,
           seen.error);
    expect_queue_empty(when);
    X509_STORE_CTX_free(ctx);
    X509_STORE_free(store);
}

static void error_queue(probe *p)
{
    for (int round = 0; round < 2; round++) {
        verify_politely(p, p->good, NULL, "good leaf");
        verify_politely(p, p->bad, NULL, "bad leaf");
        verify_politely(p, p->bad, override, "bad leaf, overridden");
    }
}

/* What the application had in the queue, and its marks there, are its own. */
static void error_queue_of_application(probe *p)
{
    X509_STORE *store = probe_store(p);
    ERR_clear_error();
    ERR_raise_data(ERR_LIB_USER, 42, "the application's");
    ERR_set_mark();
    verify(store, p->bad);
    verify(store, p->good);
    expect(ERR_pop_to_mark() == 1, "the application's mark is there");
    const char *data = NULL;
    unsigned long error = ERR_get_error_all(NULL, NULL, NULL, &data, NULL);
    expect(ERR_GET_LIB(error) == ERR_LIB_USER && ERR_GET_REASON(error) == 42 &&
               strcmp(data, "the application's") == 0,
           "the application's entry is there");
    expect_queue_empty("behind it");
    X509_STORE_free(store);
}

static void expect_would_block(SSL *end, const char *when)
{
    char byte;
    int result = SSL_read(end, &byte, 1);
    int error = SSL_get_error(end, result);
    expect(result <= 0 && error == SSL_ERROR_WANT_READ, "%s: SSL_read: %d, SSL_get_error %d", when,
           result, error);
}

/* A stray entry made a later non-blocking read look like a failure. No ERR_clear_error between. */
static void read_after_verification(probe *p)
{
    SSL_CTX *server = tls_server(p, NULL, p->bad), *client = tls_client(p, NULL);
    SSL_CTX_set_verify(client, SSL_VERIFY_NONE, NULL);
    SSL_CTX_set_num_tickets(server, 0);
    handshake h = handshake_new(server, client);
    for (int round = 0; round < 8; round++) {
        SSL_do_handshake(h.client);
        SSL_do_handshake(h.server);
    }
    expect(SSL_is_init_finished(h.client), "the handshake is done, its peer unwanted or not");
    expect_queue_empty("after the handshake");
    expect_would_block(h.client, "after the handshake");
    X509_STORE *store = probe_store(p);
    verify(store, p->bad);
    expect_would_block(h.client, "after a denial");
    verify(store, p->good);
    expect_would_block(h.client, "after an acceptance");
    X509_STORE_free(store);
    handshake_clear(&h);
    SSL_CTX_free(client);
    SSL_CTX_free(server);
}

/* A server that accepts an overridden client certificate. */
static void server_overrides(probe *p)
{
    SSL_CTX *server = tls_server(p, NULL, p->good), *client = tls_client(p, NULL);
    if (SSL_CTX_use_certificate(client, p->bad) != 1 ||
        SSL_CTX_use_PrivateKey(client, p->leaf_key) != 1 ||
        X509_STORE_add_cert(SSL_CTX_get_cert_store(server), p->root) != 1)
        give_up("a client's certificate");
    SSL_CTX_set_verify(server, SSL_VERIFY_PEER, override);
    SSL_CTX_set_num_tickets(server, 0);
    handshake h = handshake_new(server, client);
    ERR_clear_error();
    for (int round = 0; round < 8; round++) {
        SSL_do_handshake(h.client);
        SSL_do_handshake(h.server);
    }
    expect(SSL_is_init_finished(h.server), "the handshake is done");
    long wanted = p->guarded ? X509_V_ERR_PERMITTED_VIOLATION : X509_V_OK;
    expect(SSL_get_verify_result(h.server) == wanted, "verify result %ld",
           SSL_get_verify_result(h.server));
    expect_queue_empty("after the handshake");
    expect_would_block(h.server, "after the handshake");
    handshake_clear(&h);
    SSL_CTX_free(client);
    SSL_CTX_free(server);
}

/* Two system calls that nothing else makes: who traces the probe finds its stretch between. */
static void mark(void)
{
    syscall(SYS_getpgid, 0);
}

static void system_calls(probe *p)
{
    enum { WARM_UP = 200, ROUNDS = 50 };
    X509_STORE *store = probe_store(p);
    int accepted = 0;
    for (int round = 0; round < WARM_UP; round++)
        accepted += verify(store, p->good).result == 1;
    mark();
    for (int round = 0; round < ROUNDS; round++)
        accepted += verify(store, p->good).result == 1;
    mark();
    expect(accepted == WARM_UP + ROUNDS, "%d verifications", accepted);
    expect_denied(p, verify(store, p->bad), "at the end");
    X509_STORE_free(store);
}

enum { STACK_SIZE = 64 << 10, STACK_UNTOUCHED = 0xa5 };

static void *in_force(void *arg)
{
    expect_in_force(arg, "in a thread with 64 KiB of stack");
    return NULL;
}

/* As servers with very many threads give them. */
static void small_stack(probe *p)
{
    pthread_t thread;
    pthread_attr_t attributes;
    uint8_t *stack = must(aligned_alloc(STACK_SIZE, STACK_SIZE), "a stack");
    for (int round = 0; round < 3; round++) {
        memset(stack, STACK_UNTOUCHED, STACK_SIZE);
        if (pthread_attr_init(&attributes) != 0 ||
            pthread_attr_setstack(&attributes, stack, STACK_SIZE) != 0 ||
            pthread_create(&thread, &attributes, in_force, p) != 0 ||
            pthread_join(thread, NULL) != 0)
            give_up("a thread");
        pthread_attr_destroy(&attributes);
        size_t unused = 0;
        while (unused < STACK_SIZE && stack[unused] == STACK_UNTOUCHED)
            unused++;
        expect(unused > STACK_SIZE / 4, "%zu bytes of the stack were used", STACK_SIZE - unused);
    }
    free(stack);
}

int main(int argc, char **argv)
{
    static const scenario table[] = {
        {.name = "error_queue", .run = error_queue},
        {.name = "error_queue_of_application", .run = error_queue_of_application},
        {.name = "read_after_verification", .run = read_after_verification},
        {.name = "server_overrides", .run = server_overrides},
        {.name = "system_calls", .run = system_calls},
        {.name = "small_stack", .run = small_stack},
        {.name = NULL},
    };
    return probe_run(argc, argv, table);
}
