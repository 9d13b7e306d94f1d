/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whose certificate a context verifies, as far as the context tells. For telemetry alone: no
 * verdict depends on it.
 */
#ifndef RS_PEER_H
#define RS_PEER_H

#include "provider/openssl_copy.h"
#include "provider/telemetry/event.h"

/* A server's if a host is expected; else as the application's purpose says. */
rs_peer rs_peer_of(const rs_openssl_copy *copy, const X509_STORE_CTX *context);

/*
 * Does anything tell that a peer is verified?
 *
 * libssl completes the chain of a server's or a client's own certificate by a verification too, and
 * ignores the result. It then sets nothing in the context but the store and the certificate. For a
 * peer it passes what the peer sent, a pointer of its own and the purpose. Other programs pass at
 * least one of these, a name that they expect, or a callback; a program that passes none of them
 * looks like libssl with a certificate of its own. Where SSL_CTX_build_cert_chain is given further
 * certificates, its verification looks like that of a peer.
 *
 * OpenSSL before 3.5 does not tell the purpose. May take memory for a short time.
 */
bool rs_peer_is_meant(const rs_openssl_copy *copy, const X509_STORE_CTX *context);

#endif
