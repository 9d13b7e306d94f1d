/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The source itself is compiled in, with the clock and the socket under the test's control:
 * nothing reaches the log of the machine.
 */
#include "suite.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static struct timespec test_time;

static int set_clock(clockid_t clock, struct timespec *now)
{
    CU_ASSERT(clock == CLOCK_MONOTONIC_COARSE);
    *now = test_time;
    return 0;
}

static char sent[4096];
static size_t sent_count, sent_size;
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
    sent_size = size;
    memcpy(sent, data, size);
    sent[size] = '\0';
    if (!log_is_behind)
        return (ssize_t)size;
    errno = EAGAIN;
    return -1;
}

#define clock_gettime set_clock
#define socket        give_socket
#define sendto        take_datagram
#include "syslog.c"
#undef sendto
#undef socket
#undef clock_gettime

static void set_time(long seconds, long milliseconds)
{
    test_time = (struct timespec){.tv_sec = seconds, .tv_nsec = milliseconds * 1000000};
}

static unsigned admitted_of(unsigned asked)
{
    unsigned admitted = 0;
    while (asked-- > 0)
        admitted += rs_syslog_admits();
    return admitted;
}

/* From the start of the machine on; nothing else in this program asks before. */
static void burst_then_one_in_three_seconds(void)
{
    set_time(0, 0);
    CU_ASSERT(rs_syslog_take_suppressed() == 0);
    CU_ASSERT(admitted_of(100) == BURST);
    CU_ASSERT(rs_syslog_take_suppressed() == 100 - BURST);
    CU_ASSERT(rs_syslog_take_suppressed() == 0);
    set_time(2, 999);
    CU_ASSERT(admitted_of(10) == 0);
    set_time(3, 0);
    CU_ASSERT(admitted_of(10) == 1);
    CU_ASSERT(rs_syslog_take_suppressed() == 19);
    set_time(9, 0);
    CU_ASSERT(admitted_of(10) == 2);
    for (long second = 12; second < 120; second += 3) {
        set_time(second, 0);
        CU_ASSERT(admitted_of(2) == 1);
    }
}

static void silence_gives_the_burst_back_but_no_more(void)
{
    set_time(100000, 0);
    CU_ASSERT(admitted_of(100) == BURST);
    set_time(100000 + 60, 0);
    CU_ASSERT(admitted_of(100) == BURST);
    set_time(100060 + 30, 0);
    CU_ASSERT(admitted_of(100) == BURST / 2);
}

static void message_is_sent(void)
{
    char expected[100];
    sent_count = 0;
    rs_syslog_send(RS_SYSLOG_WARNING, rs_bytes_of_string("denied what=\"100%\""));
    CU_ASSERT(sent_count == 1);
    snprintf(expected, sizeof expected, "<84>rootscope[%ld]: denied what=\"100%%\"",
             (long)getpid());
    CU_ASSERT_STRING_EQUAL(sent, expected);
    rs_syslog_send(RS_SYSLOG_ERROR, rs_bytes_make("abc", 2));
    CU_ASSERT(strncmp(sent, "<83>rootscope[", 14) == 0);
    CU_ASSERT_STRING_EQUAL(sent + sent_size - 4, ": ab");
}

static void message_is_cut(void)
{
    static char text[RS_SYSLOG_MAX + 100];
    memset(text, 'x', sizeof text);
    rs_syslog_send(RS_SYSLOG_NOTICE, rs_bytes_make(text, sizeof text));
    const char *message = strstr(sent, ": ");
    CU_ASSERT_PTR_NOT_NULL_FATAL(message);
    CU_ASSERT(strlen(message + 2) == RS_SYSLOG_MAX);
}

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
    rs_syslog_send(RS_SYSLOG_NOTICE, rs_bytes_of_string("x"));
    write_event("{}");
    int after = dup(0);
    close(after);
    CU_ASSERT(before == after);
}

static void without_a_socket_it_is_lost(void)
{
    sent_count = 0;
    no_socket = true;
    rs_syslog_send(RS_SYSLOG_NOTICE, rs_bytes_of_string("x"));
    no_socket = false;
    CU_ASSERT(sent_count == 0);
}

/* A thread that is to be cancelled must neither be so within a message, nor be spared after. */
static void *send_cancelled(void *done)
{
    pthread_cancel(pthread_self());
    rs_syslog_send(RS_SYSLOG_NOTICE, rs_bytes_of_string("x"));
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
    {"burst then one in three seconds", burst_then_one_in_three_seconds},
    {"silence gives the burst back but no more", silence_gives_the_burst_back_but_no_more},
    {"message is sent", message_is_sent},
    {"message is cut", message_is_cut},
    {"event is a message of RFC 5424", event_is_a_message_of_rfc_5424},
    {"longest event and longer", longest_event_and_longer},
    {"event that nobody takes is lost", event_that_nobody_takes_is_lost},
    {"no descriptor stays", no_descriptor_stays},
    {"without a socket it is lost", without_a_socket_it_is_lost},
    {"cancellation waits", cancellation_waits},
    CU_TEST_INFO_NULL,
};

RS_SUITE("syslog", tests)
