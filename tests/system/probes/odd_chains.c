/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chains that are not what a verifier expects: none at all, no anchor at the top, a CRL issuer's,
 * a CMS signer's, one's own.
 */
#include "tests/system/probes/handshake.h"
#include "tests/system/probes/issue.h"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <string.h>

/* Numbers of TLSA records (RFC 7218). */
enum { PKIX_TA = 0, PKIX_EE = 1, DANE_TA = 2, DANE_EE = 3 };
enum { CERTIFICATE = 0, KEY = 1 };
enum { FULL = 0 };

/* DANE: the server shows `leaf`, the client knows one TLSA record and, if asked, the root. */
typedef struct dane {
    const char *name;
    uint8_t usage, selector;
    bool of_root;    /* the record is of the root, else of the leaf */
    bool sends_root; /* the server sends the root too, as DANE-TA servers must for a certificate */
    bool knows_root;
    bool guards; /* a bad leaf is refused; DANE-EE takes no chain, hence no scope, into account */
} dane;

static unsigned char *record_data(X509 *certificate, uint8_t selector, size_t *size)
{
    unsigned char *data = NULL;
    int length = selector == CERTIFICATE
                     ? i2d_X509(certificate, &data)
                     : i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &data);
    if (length <= 0)
        give_up("a TLSA record");
    *size = (size_t)length;
    return data;
}

static void add_record(const probe *p, const dane *of, X509 *leaf, SSL *client)
{
    size_t size = 0;
    unsigned char *data = record_data(of->of_root ? p->root : leaf, of->selector, &size);
    if (SSL_dane_enable(client, "localhost") != 1 ||
        SSL_dane_tlsa_add(client, of->usage, of->selector, FULL, data, size) != 1)
        give_up("a TLSA record");
    OPENSSL_free(data);
}

static SSL_CTX *dane_client(const probe *p, const dane *of)
{
    SSL_CTX *client = must(SSL_CTX_new(TLS_client_method()), "a TLS client");
    if (SSL_CTX_dane_enable(client) != 1 ||
        (of->knows_root && X509_STORE_add_cert(SSL_CTX_get_cert_store(client), p->root) != 1))
        give_up("a DANE client");
    SSL_CTX_set_verify(client, SSL_VERIFY_PEER, NULL);
    return client;
}

static void dane_attempt(const probe *p, const dane *of, bool bad)
{
    X509 *leaf = bad ? p->bad : p->good;
    SSL_CTX *server = tls_server(p, NULL, leaf), *client = dane_client(p, of);
    if (of->sends_root && SSL_CTX_add1_chain_cert(server, p->root) != 1)
        give_up("a chain");
    handshake h = handshake_new(server, client);
    add_record(p, of, leaf, h.client);
    handshake_run(&h);
    bool refuses = p->guarded && bad && of->guards;
    long result = SSL_get_verify_result(h.client);
    long wanted = refuses ? X509_V_ERR_PERMITTED_VIOLATION : X509_V_OK;
    expect(h.client_done == !refuses && result == wanted, "%s: %s leaf: %s, verify result %ld",
           of->name, bad ? "bad" : "good", h.client_done ? "done" : "failed", result);
    handshake_clear(&h);
    SSL_CTX_free(client);
    SSL_CTX_free(server);
}

static void dane_records(probe *p)
{
    static const dane kinds[] = {
        {.name = "PKIX-TA",
         .usage = PKIX_TA,
         .of_root = true,
         .sends_root = true,
         .knows_root = true,
         .guards = true},
        {.name = "PKIX-EE", .usage = PKIX_EE, .selector = KEY, .knows_root = true, .guards = true},
        {.name = "DANE-TA, certificate",
         .usage = DANE_TA,
         .of_root = true,
         .sends_root = true,
         .guards = true},
        {.name = "DANE-TA, key",
         .usage = DANE_TA,
         .selector = KEY,
         .of_root = true,
         .sends_root = true,
         .guards = true},
        {.name = "DANE-EE, key (stated limit)", .usage = DANE_EE, .selector = KEY},
        {.name = "DANE-EE, certificate (stated limit)", .usage = DANE_EE},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        dane_attempt(p, &kinds[i], true);
        dane_attempt(p, &kinds[i], false);
    }
}

/*
 * A bare trust anchor: the record is the key of a CA, and no certificate of it is in the chain. The
 * chain's top is no anchor, and that must not matter. The CA's scope is found if the client's
 * store has it, and cannot be found otherwise, as a stated limit.
 */
static void dane_bare_anchor(probe *p)
{
    const dane bare = {.name = "DANE-TA, key, nothing but the leaf sent",
                       .usage = DANE_TA,
                       .selector = KEY,
                       .of_root = true};
    const dane known = {.name = "DANE-TA, key, nothing but the leaf sent, the root in the store",
                        .usage = DANE_TA,
                        .selector = KEY,
                        .of_root = true,
                        .knows_root = true,
                        .guards = true};
    dane_attempt(p, &bare, true);
    dane_attempt(p, &bare, false);
    dane_attempt(p, &known, true);
    dane_attempt(p, &known, false);
}

#if OPENSSL_VERSION_NUMBER >= 0x30200000L
static void raw_key_attempt(const probe *p, bool expected)
{
    const unsigned char kind[] = {TLSEXT_cert_type_rpk};
    SSL_CTX *server = tls_server(p, NULL, p->bad), *client = tls_client(p, NULL);
    if (SSL_CTX_set1_server_cert_type(server, kind, sizeof kind) != 1 ||
        SSL_CTX_set1_server_cert_type(client, kind, sizeof kind) != 1 ||
        SSL_CTX_dane_enable(client) != 1)
        give_up("raw public keys");
    handshake h = handshake_new(server, client);
    /* The expected key is kept as a TLSA record. */
    if (SSL_dane_enable(h.client, "localhost") != 1)
        give_up("DANE");
    if (expected && SSL_add_expected_rpk(h.client, p->leaf_key) != 1)
        give_up("an expected key");
    handshake_run(&h);
    expect(h.client_done == expected, "raw public key, %s: %s, verify result %ld",
           expected ? "expected" : "not expected", h.client_done ? "done" : "failed",
           SSL_get_verify_result(h.client));
    handshake_clear(&h);
    SSL_CTX_free(client);
    SSL_CTX_free(server);
}

/* No chain, hence no root whose scope it could be outside of: as without the module. */
static void raw_public_keys(probe *p)
{
    raw_key_attempt(p, true);
    raw_key_attempt(p, false);
}
#else
static void raw_public_keys(probe *p)
{
    (void)p;
    skip("raw public keys: OpenSSL has them from 3.2 on");
}
#endif

static int answer_seven(X509_STORE_CTX *ctx)
{
    (void)ctx;
    return 7;
}

/* The verify function of a context called with no chain there yet: the saved one decides. */
static void no_chain(probe *p)
{
    X509_STORE *store = probe_store(p);
    X509_STORE_set_verify(store, answer_seven);
    X509_STORE_CTX *ctx = must(X509_STORE_CTX_new(), "a store context");
    if (X509_STORE_CTX_init(ctx, store, p->bad, NULL) != 1)
        give_up("a store context");
    X509_STORE_CTX_verify_fn function = X509_STORE_CTX_get_verify(ctx);
    expect(function != answer_seven || !p->guarded, "the store's function is %swrapped",
           function != answer_seven ? "" : "not ");
    int answer = function(ctx);
    expect(answer == 7, "called with no chain, it answers %d", answer);
    /* The same once the application moved it into a context of another kind. */
    if (X509_STORE_CTX_init(ctx, store, NULL, NULL) != 1)
        give_up("a store context");
    X509_STORE_CTX_set_verify(ctx, function);
    answer = X509_STORE_CTX_get_verify(ctx)(ctx);
    expect(answer == 7, "called with no certificate, it answers %d", answer);
    X509_STORE_CTX_free(ctx);
    X509_STORE_free(store);
}

/* Verifies a leaf by a CRL whose issuer is another certificate of the root's name. */
static outcome verify_by_crl(const probe *p, X509 *leaf, X509_CRL *crl, X509 *crl_issuer)
{
    X509_STORE *store = probe_store(p);
    STACK_OF(X509) *untrusted = must(sk_X509_new_null(), "a stack");
    if (X509_STORE_add_crl(store, crl) != 1 || sk_X509_push(untrusted, crl_issuer) == 0)
        give_up("a store with a CRL");
    X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_EXTENDED_CRL_SUPPORT);
    outcome seen = verify_chain(store, leaf, untrusted);
    sk_X509_free(untrusted);
    X509_STORE_free(store);
    return seen;
}

/* The CRL issuer's own path is verified inside of a verification. Its certificate is outside of
 * the scope, and that is no reason to refuse a good leaf. */
static void crl_issuer(probe *p)
{
    EVP_PKEY *key = must(EVP_EC_gen("P-256"), "a key");
    X509 *signer =
        issue(p, &(request){.key = key, .san = "DNS:crl.evil.example", .key_usage = "cRLSign"});
    X509_CRL *none = issue_crl(signer, key, NULL), *revokes = issue_crl(signer, key, p->good);
    expect_accepted(verify_by_crl(p, p->good, none, signer), "its CRL lists nothing");
    expect_denied(p, verify_by_crl(p, p->bad, none, signer), "its CRL lists nothing");
    outcome seen = verify_by_crl(p, p->good, revokes, signer);
    expect(seen.result == 0 && seen.error == X509_V_ERR_CERT_REVOKED,
           "its CRL lists the good leaf: result %d, error %d", seen.result, seen.error);
    X509_CRL_free(none);
    X509_CRL_free(revokes);
    X509_free(signer);
    EVP_PKEY_free(key);
}

static int verify_message(const probe *p, X509 *signer)
{
    BIO *text = must(BIO_new_mem_buf("a message", -1), "a message");
    CMS_ContentInfo *message =
        must(CMS_sign(signer, p->leaf_key, NULL, text, CMS_BINARY), "a signature");
    X509_STORE *store = probe_store(p);
    ERR_clear_error();
    int result = CMS_verify(message, NULL, store, NULL, NULL, CMS_BINARY);
    ERR_clear_error();
    X509_STORE_free(store);
    CMS_ContentInfo_free(message);
    BIO_free(text);
    return result;
}

/* Every use of X509_verify_cert is guarded, not TLS alone. */
static void cms_signers(probe *p)
{
    X509 *good = issue_leaf(p, "Some Body", "email:somebody@corp.example");
    X509 *bad = issue_leaf(p, "Some Body", "email:somebody@evil.example");
    int result = verify_message(p, bad);
    expect(result == !p->guarded, "a message of a bad signer: %d", result);
    result = verify_message(p, good);
    expect(result == 1, "a message of a good signer: %d", result);
    X509_free(good);
    X509_free(bad);
}

/* A server whose own certificate is outside of the scope serves all the same; only building its
 * chain explicitly is a verification like any other. */
static void own_certificate(probe *p)
{
    SSL_CTX *server = tls_server(p, NULL, p->bad), *client = tls_client(p, NULL);
    SSL_CTX_clear_mode(server, SSL_MODE_NO_AUTO_CHAIN);
    if (X509_STORE_add_cert(SSL_CTX_get_cert_store(server), p->root) != 1)
        give_up("a server's root");
    SSL_CTX_set_verify(client, SSL_VERIFY_NONE, NULL);
    handshake h = handshake_new(server, client);
    handshake_run(&h);
    int sent = sk_X509_num(SSL_get_peer_cert_chain(h.client));
    expect(h.client_done && h.server_done && sent >= 1, "it serves, and sent %d certificates",
           sent);
    long built = SSL_CTX_build_cert_chain(server, 0);
    expect(built == !p->guarded, "SSL_CTX_build_cert_chain of it: %ld", built);
    ERR_clear_error();
    handshake_clear(&h);
    SSL_CTX_free(client);
    SSL_CTX_free(server);
}

/* No certificate signed by who it says: denied by whoever looks first, and never accepted. */
static void forged_chain(probe *p)
{
    EVP_PKEY *forger = must(EVP_EC_gen("P-256"), "a key");
    X509 *forged = issue(p, &(request){.cn = "www.evil.example",
                                       .san = "DNS:www.evil.example",
                                       .key = p->leaf_key,
                                       .issuer_key = forger});
    X509_STORE *store = probe_store(p);
    outcome seen = verify(store, forged);
    int wanted = p->guarded ? X509_V_ERR_PERMITTED_VIOLATION : X509_V_ERR_CERT_SIGNATURE_FAILURE;
    expect(seen.result == 0 && seen.error == wanted, "a forged bad leaf: result %d, error %d",
           seen.result, seen.error);
    X509_STORE_free(store);
    X509_free(forged);
    EVP_PKEY_free(forger);
}

int main(int argc, char **argv)
{
    static const scenario table[] = {
        {.name = "dane_records", .run = dane_records},
        {.name = "dane_bare_anchor", .run = dane_bare_anchor},
        {.name = "raw_public_keys", .run = raw_public_keys},
        {.name = "no_chain", .run = no_chain},
        {.name = "crl_issuer", .run = crl_issuer},
        {.name = "cms_signers", .run = cms_signers},
        {.name = "own_certificate", .run = own_certificate},
        {.name = "forged_chain", .run = forged_chain},
        {.name = NULL},
    };
    return probe_run(argc, argv, table);
}
