/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Applications that override, reset, replace or bypass verification: what each comes to.
 */
#include "handshake.h"
#include "issue.h"

#include <string.h>

#define CALLS_MAX 32

/* Every call of the verify callback, in order. One handshake at a time. */
static struct {
    int count;
    struct {
        int ok, error, depth;
        const X509 *current;
    } calls[CALLS_MAX];
} seen;

static void record(int ok, X509_STORE_CTX *ctx)
{
    if (seen.count == CALLS_MAX)
        give_up("more callbacks than are recorded");
    seen.calls[seen.count].ok = ok;
    seen.calls[seen.count].error = X509_STORE_CTX_get_error(ctx);
    seen.calls[seen.count].depth = X509_STORE_CTX_get_error_depth(ctx);
    seen.calls[seen.count].current = X509_STORE_CTX_get_current_cert(ctx);
    seen.count++;
}

static int obey(int ok, X509_STORE_CTX *ctx)
{
    record(ok, ctx);
    return ok;
}

static int override(int ok, X509_STORE_CTX *ctx)
{
    record(ok, ctx);
    return 1;
}

static int override_and_reset(int ok, X509_STORE_CTX *ctx)
{
    record(ok, ctx);
    X509_STORE_CTX_set_error(ctx, X509_V_OK);
    return 1;
}

/* What applications pass to SSL_CTX_set_cert_verify_callback. */

static int trust_blindly(X509_STORE_CTX *ctx, void *unused)
{
    (void)ctx;
    (void)unused;
    return 1;
}

static int just_verify(X509_STORE_CTX *ctx, void *unused)
{
    (void)unused;
    return X509_verify_cert(ctx);
}

static int verify_and_override(X509_STORE_CTX *ctx, void *unused)
{
    (void)unused;
    X509_STORE_CTX_set_verify_cb(ctx, override);
    return X509_verify_cert(ctx);
}

static int verify_and_ignore(X509_STORE_CTX *ctx, void *unused)
{
    (void)unused;
    X509_verify_cert(ctx);
    return 1;
}

static int accept_all(X509_STORE_CTX *ctx)
{
    (void)ctx;
    return 1;
}

static int replace_verify(X509_STORE_CTX *ctx, void *unused)
{
    (void)unused;
    X509_STORE_CTX_set_verify(ctx, accept_all);
    return X509_verify_cert(ctx);
}

static int verify_in_own_context(X509_STORE_CTX *ctx, void *unused)
{
    (void)unused;
    X509_STORE_CTX *own = must(X509_STORE_CTX_new(), "a store context");
    if (X509_STORE_CTX_init(own, X509_STORE_CTX_get0_store(ctx), X509_STORE_CTX_get0_cert(ctx),
                            X509_STORE_CTX_get0_untrusted(ctx)) != 1)
        give_up("a store context");
    outcome result = verify_ready(own);
    X509_STORE_CTX_set_error(ctx, result.error);
    X509_STORE_CTX_free(own);
    return result.result;
}

/* One kind of application, and what it gets of a bad peer while the module is in force. Without
 * it, every one of them completes the handshake with X509_V_OK. */
typedef struct kind {
    const char *name;
    int mode;
    SSL_verify_cb callback;
    int (*verifier)(X509_STORE_CTX *, void *);
    X509_STORE_CTX_verify_fn store_verify;
    bool completes; /* the handshake */
    long result;    /* SSL_get_verify_result */
} kind;

#define REFUSED X509_V_ERR_PERMITTED_VIOLATION

static const kind kinds[] = {
    {.name = "peer", .mode = SSL_VERIFY_PEER, .result = REFUSED},
    {.name = "peer, callback obeys", .mode = SSL_VERIFY_PEER, .callback = obey, .result = REFUSED},
    {.name = "none", .mode = SSL_VERIFY_NONE, .completes = true, .result = REFUSED},
    {.name = "none, callback obeys",
     .mode = SSL_VERIFY_NONE,
     .callback = obey,
     .completes = true,
     .result = REFUSED},
    {.name = "none, callback overrides",
     .mode = SSL_VERIFY_NONE,
     .callback = override,
     .completes = true,
     .result = REFUSED},
    {.name = "peer, callback overrides",
     .mode = SSL_VERIFY_PEER,
     .callback = override,
     .completes = true,
     .result = REFUSED},
    {.name = "peer, callback overrides and resets the error",
     .mode = SSL_VERIFY_PEER,
     .callback = override_and_reset,
     .completes = true,
     .result = X509_V_OK},
    {.name = "verifier trusts blindly (stated limit)",
     .mode = SSL_VERIFY_PEER,
     .verifier = trust_blindly,
     .completes = true,
     .result = X509_V_OK},
    {.name = "verifier calls X509_verify_cert",
     .mode = SSL_VERIFY_PEER,
     .verifier = just_verify,
     .result = REFUSED},
    {.name = "verifier sets a callback that overrides",
     .mode = SSL_VERIFY_PEER,
     .verifier = verify_and_override,
     .completes = true,
     .result = REFUSED},
    {.name = "verifier ignores what X509_verify_cert says",
     .mode = SSL_VERIFY_PEER,
     .verifier = verify_and_ignore,
     .completes = true,
     .result = REFUSED},
    {.name = "verifier sets the context's verify function (stated limit)",
     .mode = SSL_VERIFY_PEER,
     .verifier = replace_verify,
     .completes = true,
     .result = X509_V_OK},
    {.name = "verifier uses a context of its own",
     .mode = SSL_VERIFY_PEER,
     .verifier = verify_in_own_context,
     .result = REFUSED},
    {.name = "store has its own verify function",
     .mode = SSL_VERIFY_PEER,
     .store_verify = accept_all,
     .result = REFUSED},
};

static void make_of_kind(SSL_CTX *side, const kind *of)
{
    SSL_CTX_set_verify(side, of->mode, of->callback);
    if (of->verifier != NULL)
        SSL_CTX_set_cert_verify_callback(side, of->verifier, NULL);
    if (of->store_verify != NULL)
        X509_STORE_set_verify(SSL_CTX_get_cert_store(side), of->store_verify);
}

/* What the side `verifying` came to, against what its kind lets expect. */
static void expect_kind(const probe *p, const kind *of, const char *role, bool bad, bool done,
                        SSL *verifying)
{
    bool refuses = p->guarded && bad;
    bool completes = !refuses || of->completes;
    long result = SSL_get_verify_result(verifying), wanted = refuses ? of->result : X509_V_OK;
    expect(done == completes && result == wanted, "%s: %s: %s peer: %s, verify result %ld", role,
           of->name, bad ? "bad" : "good", done ? "done" : "failed", result);
}

static void client_of_kind(const probe *p, const kind *of, bool bad)
{
    SSL_CTX *server = tls_server(p, NULL, bad ? p->bad : p->good), *client = tls_client(p, NULL);
    make_of_kind(client, of);
    handshake h = handshake_new(server, client);
    memset(&seen, 0, sizeof seen);
    handshake_run(&h);
    expect_kind(p, of, "client", bad, h.client_done, h.client);
    handshake_clear(&h);
    SSL_CTX_free(client);
    SSL_CTX_free(server);
}

static void clients(probe *p)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        client_of_kind(p, &kinds[i], true);
        client_of_kind(p, &kinds[i], false);
    }
}

static void server_of_kind(const probe *p, const kind *of, bool bad)
{
    SSL_CTX *server = tls_server(p, NULL, p->good), *client = tls_client(p, NULL);
    if (X509_STORE_add_cert(SSL_CTX_get_cert_store(server), p->root) != 1 ||
        SSL_CTX_use_certificate(client, bad ? p->bad : p->good) != 1 ||
        SSL_CTX_use_PrivateKey(client, p->leaf_key) != 1)
        give_up("a client's certificate");
    make_of_kind(server, of);
    handshake h = handshake_new(server, client);
    memset(&seen, 0, sizeof seen);
    handshake_run(&h);
    expect_kind(p, of, "server", bad, h.server_done, h.server);
    handshake_clear(&h);
    SSL_CTX_free(client);
    SSL_CTX_free(server);
}

/* Servers that ask for a client's certificate; one that does not ask sees none. */
static void servers(probe *p)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (kinds[i].mode == SSL_VERIFY_NONE)
            continue;
        server_of_kind(p, &kinds[i], true);
        server_of_kind(p, &kinds[i], false);
    }
}

/* A chain of three: an intermediate CA that violates too, unless `clean`, and the leaf. */
typedef struct chain {
    EVP_PKEY *key;
    X509 *intermediate, *leaf;
    STACK_OF(X509) * untrusted;
} chain;

static chain chain_new(const probe *p, bool clean, const request *leaf)
{
    chain made = {.key = must(EVP_EC_gen("P-256"), "a key")};
    made.intermediate = issue(p, &(request){.cn = "Intermediate",
                                            .ca = true,
                                            .key = made.key,
                                            .key_usage = "critical,keyCertSign,cRLSign",
                                            .san = clean ? NULL : "DNS:ca.evil.example"});
    request wanted = *leaf;
    wanted.key = p->leaf_key;
    wanted.issuer = made.intermediate;
    wanted.issuer_key = made.key;
    made.leaf = issue(p, &wanted);
    made.untrusted = must(sk_X509_new_null(), "a stack");
    if (sk_X509_push(made.untrusted, made.intermediate) == 0)
        give_up("a stack");
    return made;
}

static void chain_free(chain *made)
{
    X509_free(made->intermediate);
    X509_free(made->leaf);
    EVP_PKEY_free(made->key);
    sk_X509_free(made->untrusted);
}

static outcome verify_recording(const probe *p, const chain *made,
                                X509_STORE_CTX_verify_cb callback)
{
    X509_STORE *store = probe_store(p);
    X509_STORE_CTX *ctx = must(X509_STORE_CTX_new(), "a store context");
    if (X509_STORE_CTX_init(ctx, store, made->leaf, made->untrusted) != 1)
        give_up("a store context");
    X509_STORE_CTX_set_verify_cb(ctx, callback);
    memset(&seen, 0, sizeof seen);
    outcome result = verify_ready(ctx);
    X509_STORE_CTX_free(ctx);
    X509_STORE_free(store);
    return result;
}

static void expect_call(int index, int ok, int error, int depth, const X509 *current)
{
    bool holds = index < seen.count && seen.calls[index].ok == ok &&
                 seen.calls[index].error == error && seen.calls[index].depth == depth &&
                 seen.calls[index].current == current;
    if (index < seen.count)
        expect(holds, "call %d: ok %d, error %d, depth %d", index, seen.calls[index].ok,
               seen.calls[index].error, seen.calls[index].depth);
    else
        expect(holds, "call %d: there were only %d", index, seen.count);
}

/* ok=1 calls of a chain of three, from its top down, starting at a call. The error stays what a
 * callback that overrode it left. */
static void expect_good_calls(int first, int error, int count)
{
    for (int i = 0; i < count; i++) {
        bool holds = first + i < seen.count && seen.calls[first + i].ok == 1 &&
                     seen.calls[first + i].depth == count - 1 - i &&
                     seen.calls[first + i].error == error;
        expect(holds, "call %d: ok 1 at depth %d with error %d", first + i, count - 1 - i, error);
    }
    expect(seen.count == first + count, "no more calls: %d", seen.count);
}

static const request bad_leaf = {.cn = "www.evil.example", .san = "DNS:www.evil.example"};
static const request good_leaf = {.cn = "www.corp.example", .san = "DNS:www.corp.example"};

/* One call per violating certificate, lowest depth first, and only then ok=1 for anything. */
static void order_when_overridden(probe *p)
{
    chain made = chain_new(p, false, &bad_leaf);
    outcome result = verify_recording(p, &made, override);
    int first = 0, error = X509_V_OK;
    if (p->guarded) {
        expect_call(0, 0, REFUSED, 0, made.leaf);
        expect_call(1, 0, REFUSED, 1, made.intermediate);
        first = 2;
        error = REFUSED;
    }
    expect_good_calls(first, error, 3);
    expect(result.result == 1 && result.error == error, "overridden: result %d, error %d",
           result.result, result.error);
    chain_free(&made);
}

/* A callback that authorises at ok=1, depth 0, must not be asked before the denial. */
static void order_when_obeyed(probe *p)
{
    chain made = chain_new(p, false, &bad_leaf);
    outcome result = verify_recording(p, &made, obey);
    if (p->guarded) {
        expect_call(0, 0, REFUSED, 0, made.leaf);
        expect(seen.count == 1, "no more calls: %d", seen.count);
        expect(result.result == 0 && result.error == REFUSED, "obeyed: result %d, error %d",
               result.result, result.error);
    } else {
        expect_good_calls(0, X509_V_OK, 3);
    }
    chain_free(&made);
}

/* Only the intermediate violates: the leaf below it gets no call of its own. */
static void order_when_intermediate_violates(probe *p)
{
    chain made = chain_new(p, false, &good_leaf);
    verify_recording(p, &made, override);
    if (p->guarded)
        expect_call(0, 0, REFUSED, 1, made.intermediate);
    expect_good_calls(p->guarded ? 1 : 0, p->guarded ? REFUSED : X509_V_OK, 3);
    chain_free(&made);
}

static void order_when_reset(probe *p)
{
    chain made = chain_new(p, false, &bad_leaf);
    outcome result = verify_recording(p, &made, override_and_reset);
    if (p->guarded) {
        expect_call(0, 0, REFUSED, 0, made.leaf);
        expect_call(1, 0, REFUSED, 1, made.intermediate);
    }
    expect_good_calls(p->guarded ? 2 : 0, X509_V_OK, 3);
    expect(result.result == 1 && result.error == X509_V_OK, "reset: result %d, error %d",
           result.result, result.error);
    chain_free(&made);
}

/* Ours comes before what the saved function finds, and does not hide it. */
static void order_when_expired_too(probe *p)
{
    request expired = bad_leaf;
    expired.expired = true;
    chain made = chain_new(p, true, &expired);
    verify_recording(p, &made, override);
    int at = 0;
    if (p->guarded)
        expect_call(at++, 0, REFUSED, 0, made.leaf);
    int last = seen.count - 1;
    bool found = false;
    for (int i = at; i <= last; i++)
        found = found || (seen.calls[i].ok == 0 && seen.calls[i].depth == 0 &&
                          seen.calls[i].error == X509_V_ERR_CERT_HAS_EXPIRED);
    expect(found, "then the expiry is reported, among %d calls", seen.count);
    chain_free(&made);
}

static void expect_error(const probe *p, const char *san, int error)
{
    request wanted = {.cn = "Somebody", .san = san};
    chain made = chain_new(p, true, &wanted);
    outcome result = verify_recording(p, &made, obey);
    int expected = p->guarded ? error : X509_V_OK;
    expect(result.error == expected && result.result == (expected == X509_V_OK),
           "%s: result %d, error %d", san, result.result, result.error);
    chain_free(&made);
}

/* 47, 48 or 53, whichever says what is wrong. The list permits corp.example, localhost and
 * 10.0.0.0/8 and excludes hr.corp.example. */
static void error_numbers(probe *p)
{
    expect_error(p, "DNS:a.corp.example", X509_V_OK);
    expect_error(p, "DNS:a.corp.example, IP:10.1.2.3", X509_V_OK);
    expect_error(p, "DNS:a.evil.example", X509_V_ERR_PERMITTED_VIOLATION);
    expect_error(p, "IP:192.0.2.1", X509_V_ERR_PERMITTED_VIOLATION);
    expect_error(p, "DNS:hr.corp.example", X509_V_ERR_EXCLUDED_VIOLATION);
    expect_error(p, "DNS:*.hr.corp.example", X509_V_ERR_EXCLUDED_VIOLATION);
    expect_error(p, "DNS:a..corp.example", X509_V_ERR_UNSUPPORTED_NAME_SYNTAX);
}

int main(int argc, char **argv)
{
    static const scenario table[] = {
        {.name = "clients", .run = clients},
        {.name = "servers", .run = servers},
        {.name = "order_when_overridden", .run = order_when_overridden},
        {.name = "order_when_obeyed", .run = order_when_obeyed},
        {.name = "order_when_intermediate_violates", .run = order_when_intermediate_violates},
        {.name = "order_when_reset", .run = order_when_reset},
        {.name = "order_when_expired_too", .run = order_when_expired_too},
        {.name = "error_numbers", .run = error_numbers},
        {.name = NULL},
    };
    return probe_run(argc, argv, table);
}
