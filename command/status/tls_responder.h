/* SPDX-License-Identifier: Apache-2.0 */
/*
 * HTTPS servers on free ports of loopback, in a child process. Each has another certificate, and
 * answers every request.
 */
#ifndef RS_TLS_RESPONDER_H
#define RS_TLS_RESPONDER_H

#include <openssl/x509.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define RS_RESPONDER_SERVERS 3

typedef struct rs_responder_identity {
    X509 *certificate;
    EVP_PKEY *key;
} rs_responder_identity;

typedef struct rs_responder {
    pid_t pid;
    uint16_t ports[RS_RESPONDER_SERVERS];
    /*
     * In how many handshakes each has shown its certificate. Connections do not count: any user of
     * the machine can make some. Written by the children.
     */
    atomic_uint *handshakes;
} rs_responder;

/*
 * Starts them; they listen when this returns. False, and the reason on standard error, if they
 * cannot be started; stop them whatever happened. They are the temporary folder's child 1.
 */
bool rs_responder_start(rs_responder *responder, const rs_responder_identity *identities);
void rs_responder_stop(rs_responder *responder);

#endif
