/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Applications that override, reset, replace or bypass verification: what each comes to.
 */
#include "tests/system/probes/handshake.h"

static int obey(int ok, X509_STORE_CTX *ctx)
{
    (void)ctx;
    return ok;
}

static int override(int ok, X509_STORE_CTX *ctx)
{
    (void)ok;
    (void)ctx;
    return 1;
}

static int override_and_reset(int ok, X509_STORE_CTX *ctx)
{
    (void)ok;
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

int main(int argc, char **argv)
{
    static const scenario table[] = {
        {.name = "clients", .run = clients},
        {.name = "servers", .run = servers},
        {.name = NULL},
    };
    return probe_run(argc, argv, table);
}
