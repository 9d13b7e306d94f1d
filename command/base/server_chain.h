/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The certificates that a TLS server sends. `openssl s_client` fetches them: it speaks a dozen
 * protocols before TLS, which would be as many parsers of our own for what strangers send.
 */
#ifndef RS_SERVER_CHAIN_H
#define RS_SERVER_CHAIN_H

#include "command/base/cert_file.h"
#include "lib/base/arena.h"

#include <stdbool.h>

typedef struct rs_server {
    const char *host;     /* a name or an address, without brackets */
    const char *port;     /* a number; NULL: that of `starttls` or 443 */
    const char *starttls; /* the protocol before TLS, as rs_server_take_starttls; NULL: none */
    const char *name;     /* to ask for (SNI); NULL: `host`, unless that is an address */
} rs_server;

/*
 * Reads HOST, HOST:PORT, ADDRESS or [ADDRESS]:PORT into `host` and `port`, on the arena. Returns
 * false if the text cannot be any of them.
 */
bool rs_server_read(rs_arena *arena, const char *text, rs_server *server);

/* `take` of an option (base/options.h) whose value is a protocol, a const char *. */
const char *rs_server_take_starttls(void *into, const char *value);

/* HOST:PORT or [ADDRESS]:PORT, with the port that is connected to; on the arena. */
const char *rs_server_text(rs_arena *arena, const rs_server *server);

/*
 * Connects, and returns the certificates as they are sent: the server's own first. Nothing is
 * verified. Returns NULL, and the reason in `why`, if none were sent within ten seconds, or more
 * than 64 KiB of text. The caller frees the stack with sk_X509_pop_free(stack, X509_free).
 */
STACK_OF(X509) * rs_server_chain_fetch(const rs_server *server, char why[RS_CERT_FILE_REASON_SIZE]);

#endif
