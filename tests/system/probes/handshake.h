/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TLS handshakes in memory: no socket, no port, no waiting.
 */
#ifndef PROBE_HANDSHAKE_H
#define PROBE_HANDSHAKE_H

#include "tests/system/probes/probe.h"

#include <openssl/ssl.h>

typedef struct handshake {
    SSL *client, *server;
    bool client_done, server_done; /* each side's part succeeded */
} handshake;

/* A server that shows a leaf; NULL context: the default one. */
SSL_CTX *tls_server(const probe *p, OSSL_LIB_CTX *context, X509 *leaf);

/* A client that trusts the root and verifies its peer. */
SSL_CTX *tls_client(const probe *p, OSSL_LIB_CTX *context);

/* Two connected ends that have not spoken yet. */
handshake handshake_new(SSL_CTX *server, SSL_CTX *client);

/* Lets both ends speak until both are done or one has failed. */
void handshake_run(handshake *h);

void handshake_clear(handshake *h);

/* The verify result that a client of this kind sees for a leaf; -1 if its handshake failed with
 * no verify error. `done` says whether the handshake succeeded. */
long tls_attempt(const probe *p, OSSL_LIB_CTX *context, X509 *leaf, bool *done);

/* TLS to a good and a bad server, both in a library context, as expect_in_force for TLS. */
void expect_tls_in_force(const probe *p, OSSL_LIB_CTX *context, const char *when);

#endif
