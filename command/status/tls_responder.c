/* SPDX-License-Identifier: Apache-2.0 */
#include "command/status/tls_responder.h"

#include "command/base/message.h"
#include "command/base/temp_folder.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    CLIENT_SECONDS = 10, /* for one connection */
    CLIENTS_MAX = 64,    /* at once */
    SHARED_SIZE = RS_RESPONDER_SERVERS * sizeof(atomic_uint),
};

typedef struct server {
    int listener;
    SSL_CTX *context;
} server;

/* The port that it listens on; 0: it does not. */
static uint16_t listen_anywhere(server *s)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (s->listener < 0 || bind(s->listener, (struct sockaddr *)&address, size) != 0 ||
        listen(s->listener, 16) != 0 ||
        getsockname(s->listener, (struct sockaddr *)&address, &size) != 0)
        return 0;
    return ntohs(address.sin_port);
}

static bool open_server(server *s, const rs_responder_identity *identity, uint16_t *port)
{
    s->context = SSL_CTX_new(TLS_server_method());
    if (s->context == NULL || SSL_CTX_use_certificate(s->context, identity->certificate) != 1 ||
        SSL_CTX_use_PrivateKey(s->context, identity->key) != 1)
        return false;
    /* A resumed session is not verified again. */
    SSL_CTX_set_session_cache_mode(s->context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_options(s->context, SSL_OP_NO_TICKET);
    *port = listen_anywhere(s);
    return *port != 0;
}

static void close_server(server *s)
{
    if (s->listener >= 0)
        close(s->listener);
    SSL_CTX_free(s->context);
}

/* A request ends with an empty line, or when the client closes its side. */
static void answer(SSL *tls)
{
    static const char response[] = "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n"
                                   "Content-Length: 10\r\nConnection: close\r\n\r\nrootscope\n";
    char request[8192];
    size_t length = 0;
    while (length < sizeof request - 1) {
        int got = SSL_read(tls, request + length, (int)(sizeof request - 1 - length));
        if (got <= 0)
            break;
        length += (size_t)got;
        request[length] = '\0';
        if (strstr(request, "\r\n\r\n") != NULL)
            break;
    }
    if (length > 0)
        SSL_write(tls, response, (int)(sizeof response - 1));
}

/* Counts a handshake in which the certificate was shown; `counter` is an atomic_uint. */
static void note_message(int is_sent, int version, int type, const void *message, size_t length,
                         SSL *tls, void *counter)
{
    (void)version;
    (void)tls;
    if (is_sent && type == SSL3_RT_HANDSHAKE && length > 0 &&
        *(const uint8_t *)message == SSL3_MT_CERTIFICATE)
        atomic_fetch_add((atomic_uint *)counter, 1);
}

/* In a child of its own, so that a client that holds its connection does not block others. */
_Noreturn static void serve_one(const server *s, int fd, atomic_uint *handshakes)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    alarm(CLIENT_SECONDS);
    SSL *tls = SSL_new(s->context);
    if (tls != NULL && SSL_set_fd(tls, fd) == 1) {
        SSL_set_msg_callback(tls, note_message);
        SSL_set_msg_callback_arg(tls, handshakes);
        if (SSL_accept(tls) == 1) {
            answer(tls);
            SSL_shutdown(tls);
        }
    }
    _exit(0);
}

/* Takes a connection. If there are too many, waits for one to end: new ones stay in the queue. */
static void take_one(const server *s, atomic_uint *handshakes, unsigned *children)
{
    while (*children > 0 && waitpid(-1, NULL, *children < CLIENTS_MAX ? WNOHANG : 0) > 0)
        (*children)--;
    int fd = accept(s->listener, NULL, NULL);
    pid_t child = fd < 0 ? -1 : fork();
    if (child == 0)
        serve_one(s, fd, handshakes);
    if (child > 0)
        (*children)++;
    if (fd >= 0)
        close(fd);
}

/* In the child, until it is killed. */
_Noreturn static void serve(const server *servers, atomic_uint *handshakes)
{
    unsigned children = 0;
    struct pollfd watched[RS_RESPONDER_SERVERS];
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_IGN);
    for (int i = 0; i < RS_RESPONDER_SERVERS; i++)
        watched[i] = (struct pollfd){.fd = servers[i].listener, .events = POLLIN};
    for (;;) {
        if (poll(watched, RS_RESPONDER_SERVERS, -1) < 0 && errno != EINTR)
            _exit(1);
        for (int i = 0; i < RS_RESPONDER_SERVERS; i++)
            if (watched[i].revents != 0)
                take_one(&servers[i], &handshakes[i], &children);
    }
}

static atomic_uint *share_counters(void)
{
    void *shared =
        mmap(NULL, SHARED_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return shared == MAP_FAILED ? NULL : shared;
}

bool rs_responder_start(rs_responder *responder, const rs_responder_identity *identities)
{
    server servers[RS_RESPONDER_SERVERS];
    *responder = (rs_responder){.pid = -1, .handshakes = share_counters()};
    bool open = responder->handshakes != NULL;
    for (int i = 0; i < RS_RESPONDER_SERVERS; i++) {
        servers[i] = (server){.listener = -1};
        open = open && open_server(&servers[i], &identities[i], &responder->ports[i]);
    }
    if (open)
        responder->pid = fork();
    if (responder->pid == 0)
        serve(servers, responder->handshakes);
    if (responder->pid > 0)
        rs_temp_folder_child(1, responder->pid);
    else
        rs_message_error("no server can be started on loopback: %s", strerror(errno));
    for (int i = 0; i < RS_RESPONDER_SERVERS; i++)
        close_server(&servers[i]);
    return responder->pid > 0;
}

void rs_responder_stop(rs_responder *responder)
{
    if (responder->pid > 0) {
        kill(responder->pid, SIGKILL);
        while (waitpid(responder->pid, NULL, 0) < 0 && errno == EINTR)
            continue;
        rs_temp_folder_child(1, 0);
    }
    if (responder->handshakes != NULL)
        munmap(responder->handshakes, SHARED_SIZE);
    *responder = (rs_responder){.pid = -1};
}
