/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The source itself is compiled in, with the socket under the test's control:
 * nothing reaches the log of the machine.
 */
#include "tests/unit/suite.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static char sent[4096];
static size_t sent_count;
static bool no_socket, log_is_behind;

static int give_socket(int domain, int type, int protocol)
{
    CU_ASSERT(type == (SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK));
    return no_socket ? -1 : socket(domain, type, protocol);
}

static ssize_t take_datagram(int fd, const void *data, size_t size, int flags,
                             const struct sockaddr *to, socklen_t to_size)
{
    const struct sockaddr_un *address = (const struct sockaddr_un *)(const void *)to;
    pthread_testcancel(); /* as sendto does */
    CU_ASSERT(fd >= 0);
    CU_ASSERT(flags == (MSG_DONTWAIT | MSG_NOSIGNAL));
    CU_ASSERT(to_size == sizeof *address);
    CU_ASSERT_STRING_EQUAL(address->sun_path, "/dev/log");
    sent_count++;
    memcpy(sent, data, size);
    sent[size] = '\0';
    if (!log_is_behind)
        return (ssize_t)size;
    errno = EAGAIN;
    return -1;
}

#define socket give_socket
#define sendto take_datagram
#include "provider/telemetry/syslog.c"
#undef sendto
#undef socket

static bool write_event(const char *text)
{
    struct timespec time = {.tv_sec = 1795306354, .tv_nsec = 56789012};
    return rs_syslog_write(RS_SYSLOG_NOTICE, "checks", time, rs_bytes_of_string(text));
}

static void event_is_a_message_of_rfc_5424(void)
{
    char expected[200];
    CU_ASSERT(write_event("{\"a\":\"100%\"}"));
    snprintf(expected, sizeof expected,
             "<85>1 2026-11-22T00:12:34.056789Z - rootscope %ld checks - {\"a\":\"100%%\"}",
             (long)getpid());
    CU_ASSERT_STRING_EQUAL(sent, expected);
    CU_ASSERT(rs_syslog_write(RS_SYSLOG_WARNING, "violation", (struct timespec){0},
                              rs_bytes_make("{}}", 2)));
    snprintf(expected, sizeof expected,
             "<84>1 1970-01-01T00:00:00.000000Z - rootscope %ld violation - {}", (long)getpid());
    CU_ASSERT_STRING_EQUAL(sent, expected);
}

static void longest_event_and_longer(void)
{
    static char text[RS_SYSLOG_MAX + 2];
    memset(text, 'x', RS_SYSLOG_MAX);
    sent_count = 0;
    CU_ASSERT(write_event(text));
    CU_ASSERT(sent_count == 1 && strcmp(strchr(sent, 'x'), text) == 0);
    text[RS_SYSLOG_MAX] = 'x';
    CU_ASSERT(!write_event(text));
    memset(text, 'x', sizeof text);
    text[RS_SYSLOG_MAX / 2] = '\0'; /* as a word, too long for any header */
    CU_ASSERT(
        !rs_syslog_write(RS_SYSLOG_NOTICE, text, (struct timespec){0}, rs_bytes_of_string("{}")));
    CU_ASSERT(sent_count == 1);
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
    {"event is a message of RFC 5424", event_is_a_message_of_rfc_5424},
    {"longest event and longer", longest_event_and_longer},
    {"event that nobody takes is lost", event_that_nobody_takes_is_lost},
    {"no descriptor stays", no_descriptor_stays},
    {"without a socket it is lost", without_a_socket_it_is_lost},
    {"cancellation waits", cancellation_waits},
    CU_TEST_INFO_NULL,
};

RS_SUITE("syslog", tests)
