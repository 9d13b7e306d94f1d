/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/system/probes/handshake.h"

#include "tests/system/probes/issue.h"

#include <openssl/err.h>

/* More flights than any handshake has. */
#define ROUNDS 16

SSL_CTX *tls_server(const probe *p, OSSL_LIB_CTX *context, X509 *leaf)
{
    SSL_CTX *server = must(SSL_CTX_new_ex(context, NULL, TLS_server_method()), "a TLS server");
    if (SSL_CTX_use_certificate(server, leaf) != 1 ||
        SSL_CTX_use_PrivateKey(server, p->leaf_key) != 1)
        give_up("a TLS server's certificate");
    /* The server's own certificate is not what these tests are about. */
    SSL_CTX_set_mode(server, SSL_MODE_NO_AUTO_CHAIN);
    return server;
}

SSL_CTX *tls_client(const probe *p, OSSL_LIB_CTX *context)
{
    SSL_CTX *client = must(SSL_CTX_new_ex(context, NULL, TLS_client_method()), "a TLS client");
    X509 *root = reissue_in(context, p->root);
    if (X509_STORE_add_cert(SSL_CTX_get_cert_store(client), root) != 1)
        give_up("a TLS client's root");
    X509_free(root);
    SSL_CTX_set_verify(client, SSL_VERIFY_PEER, NULL);
    return client;
}

handshake handshake_new(SSL_CTX *server, SSL_CTX *client)
{
    handshake h = {
        .client = must(SSL_new(client), "a TLS client"),
        .server = must(SSL_new(server), "a TLS server"),
    };
    BIO *near = NULL, *far = NULL;
    if (BIO_new_bio_pair(&near, 65536, &far, 65536) != 1)
        give_up("a pair of BIOs");
    SSL_set_bio(h.client, near, near);
    SSL_set_bio(h.server, far, far);
    SSL_set_connect_state(h.client);
    SSL_set_accept_state(h.server);
    return h;
}

/* True to go on: it is done, or waits for the other end. */
static bool step(SSL *end, bool *done)
{
    if (*done)
        return true;
    /* As every application must before an SSL call whose error it will ask for. */
    ERR_clear_error();
    int result = SSL_do_handshake(end);
    *done = result == 1;
    return *done || SSL_get_error(end, result) == SSL_ERROR_WANT_READ;
}

void handshake_run(handshake *h)
{
    bool going = true;
    for (int round = 0; going && round < ROUNDS; round++) {
        going = step(h->client, &h->client_done) && step(h->server, &h->server_done);
        if (h->client_done && h->server_done)
            going = false;
    }
    ERR_clear_error();
}

void handshake_clear(handshake *h)
{
    SSL_free(h->client);
    SSL_free(h->server);
}

long tls_attempt(const probe *p, OSSL_LIB_CTX *context, X509 *leaf, bool *done)
{
    X509 *shown = reissue_in(context, leaf);
    SSL_CTX *server = tls_server(p, context, shown);
    SSL_CTX *client = tls_client(p, context);
    handshake h = handshake_new(server, client);
    handshake_run(&h);
    *done = h.client_done;
    long result = SSL_get_verify_result(h.client);
    handshake_clear(&h);
    SSL_CTX_free(client);
    SSL_CTX_free(server);
    X509_free(shown);
    return result == X509_V_OK && !*done ? -1 : result;
}

void expect_tls_in_force(const probe *p, OSSL_LIB_CTX *context, const char *when)
{
    bool done = false;
    long result = tls_attempt(p, context, p->bad, &done);
    expect(p->guarded ? !done && result == X509_V_ERR_PERMITTED_VIOLATION : done && result == 0,
           "%s: TLS to a bad server: %s, verify result %ld", when, done ? "done" : "failed",
           result);
    result = tls_attempt(p, context, p->good, &done);
    expect(done && result == X509_V_OK, "%s: TLS to a good server: %s, verify result %ld", when,
           done ? "done" : "failed", result);
}
