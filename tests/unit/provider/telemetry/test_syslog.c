/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The source itself is compiled in, with the socket under the test's control:
 * nothing reaches the log of the machine.
 */
#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static char sent[4096];
static size_t sent_count;
static bool no_socket, log_is_behind;
static int instead = -1; /* a descriptor that the number means when the socket is used */

static int give_socket(int domain, int type, int protocol)
{
    CU_ASSERT(type == (SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK));
    return no_socket ? -1 : socket(domain, type, protocol);
}

static ssize_t take_datagram(int fd, const struct msghdr *message, int flags)
{
    const struct sockaddr_un *address = message->msg_name;
    size_t size = 0;
    pthread_testcancel(); /* as sendmsg does */
    CU_ASSERT(fd >= 0);
    CU_ASSERT((flags & (MSG_DONTWAIT | MSG_NOSIGNAL)) == (MSG_DONTWAIT | MSG_NOSIGNAL));
    CU_ASSERT(message->msg_namelen == sizeof *address && message->msg_controllen == 0);
    CU_ASSERT_STRING_EQUAL(address->sun_path, "/dev/log");
    if (instead >= 0)
        return sendmsg(instead, message, flags);
    sent_count++;
    for (size_t i = 0; i < message->msg_iovlen; i++) {
        memcpy(sent + size, message->msg_iov[i].iov_base, message->msg_iov[i].iov_len);
        size += message->msg_iov[i].iov_len;
    }
    sent[size] = '\0';
    if (!log_is_behind)
        return (ssize_t)size;
    errno = EAGAIN;
    return -1;
}

#define socket  give_socket
#define sendmsg take_datagram
#include "provider/telemetry/syslog.c"
#undef sendmsg
#undef socket

static bool write_event(const char *text)
{
    return rs_syslog_write(RS_SYSLOG_NOTICE, rs_bytes_of_string(text));
}

static void event_has_the_header_of_syslog(void)
{
    char expected[200];
    CU_ASSERT(write_event("{\"a\":\"100%\"}"));
    snprintf(expected, sizeof expected, "<85>rootscope[%ld]: {\"a\":\"100%%\"}", (long)getpid());
    CU_ASSERT_STRING_EQUAL(sent, expected);
    CU_ASSERT(rs_syslog_write(RS_SYSLOG_WARNING, rs_bytes_make("{}}", 2)));
    snprintf(expected, sizeof expected, "<84>rootscope[%ld]: {}", (long)getpid());
    CU_ASSERT_STRING_EQUAL(sent, expected);
}

/*
 * Of a pair of sockets, whatever arrives at the other end; what is sent into the first stays out.
 */
static void check_stranger(int ours, int other, const char *what)
{
    char got[100];
    instead = ours;
    CHECK_ROW(!write_event("{}"), what);
    instead = -1;
    CHECK_ROW(recv(other, got, sizeof got, MSG_DONTWAIT) == -1, what);
    close(ours);
    close(other);
}

/* A TCP connection of the process with itself. */
static void tcp_pair(int pair[2])
{
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof here;
    int listening = socket(AF_INET, SOCK_STREAM, 0);
    CU_ASSERT_FATAL(bind(listening, (struct sockaddr *)&here, size) == 0);
    CU_ASSERT_FATAL(listen(listening, 1) == 0);
    CU_ASSERT_FATAL(getsockname(listening, (struct sockaddr *)&here, &size) == 0);
    pair[0] = socket(AF_INET, SOCK_STREAM, 0);
    CU_ASSERT_FATAL(connect(pair[0], (struct sockaddr *)&here, size) == 0);
    pair[1] = accept(listening, NULL, NULL);
    CU_ASSERT_FATAL(pair[1] >= 0);
    close(listening);
}

/* Another thread closed the number of the socket and got it again for something else. */
static void number_that_became_a_strangers(void)
{
    int pair[2];
    CU_ASSERT_FATAL(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    check_stranger(pair[0], pair[1], "unix stream");
    tcp_pair(pair);
    check_stranger(pair[0], pair[1], "TCP");
    instead = open("/dev/null", O_WRONLY);
    CU_ASSERT(instead >= 0 && !write_event("{}"));
    close(instead);
    instead = -1;
}

static void event_that_nobody_takes_is_lost(void)
{
    log_is_behind = true;
    CU_ASSERT(!write_event("{}"));
    log_is_behind = false;
    no_socket = true;
    CU_ASSERT(!write_event("{}"));
    no_socket = false;
    CU_ASSERT(write_event("{}"));
}

static void no_descriptor_stays(void)
{
    int before = dup(0);
    close(before);
    write_event("{}");
    int after = dup(0);
    close(after);
    CU_ASSERT(before == after);
}

static void without_a_socket_it_is_lost(void)
{
    sent_count = 0;
    no_socket = true;
    write_event("{}");
    no_socket = false;
    CU_ASSERT(sent_count == 0);
}

/* A thread that is to be cancelled must neither be so within a message, nor be spared after. */
static void *send_cancelled(void *done)
{
    pthread_cancel(pthread_self());
    write_event("{}");
    *(bool *)done = true;
    pthread_testcancel();
    return NULL;
}

static void cancellation_waits(void)
{
    pthread_t thread;
    bool done = false;
    void *result = NULL;
    sent_count = 0;
    CU_ASSERT_FATAL(pthread_create(&thread, NULL, send_cancelled, &done) == 0);
    pthread_join(thread, &result);
    CU_ASSERT(done && sent_count == 1);
    CU_ASSERT(result == PTHREAD_CANCELED);
}

static CU_TestInfo tests[] = {
    {"event has the header of syslog", event_has_the_header_of_syslog},
    {"number that became a stranger's", number_that_became_a_strangers},
    {"event that nobody takes is lost", event_that_nobody_takes_is_lost},
    {"no descriptor stays", no_descriptor_stays},
    {"without a socket it is lost", without_a_socket_it_is_lost},
    {"cancellation waits", cancellation_waits},
    CU_TEST_INFO_NULL,
};

RS_SUITE("syslog", tests)
