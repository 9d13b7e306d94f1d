/* SPDX-License-Identifier: Apache-2.0 */
#include "syslog.h"

#include "utc_text.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum {
    FACILITY_AUTHPRIV = 10,
    BURST = 20,
    INTERVAL_MS = 3000, /* between messages once the burst is used up */
};

/* When the messages sent so far would have been due at the slow rate; may lie ahead by a burst. */
static atomic_llong due_ms;
static atomic_uint suppressed;

bool rs_syslog_admits(void)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    /* From 1 on, so that 0 is in the past however young the machine is. */
    long long ms = (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000 + 1;
    long long due = atomic_load(&due_ms);
    for (;;) {
        long long from = due > ms ? due : ms;
        if (from - ms > (long long)(BURST - 1) * INTERVAL_MS) {
            atomic_fetch_add(&suppressed, 1);
            return false;
        }
        if (atomic_compare_exchange_weak(&due_ms, &due, from + INTERVAL_MS))
            return true;
    }
}

unsigned rs_syslog_take_suppressed(void)
{
    return atomic_exchange(&suppressed, 0);
}

static bool send_datagram(const char *datagram, size_t size)
{
    static const struct sockaddr_un log = {.sun_family = AF_UNIX, .sun_path = "/dev/log"};
    int cancel_state;
    bool taken = false;
    /* Whoever is cancelled within sendto would leave the descriptor open. */
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0) {
        taken = sendto(fd, datagram, size, MSG_DONTWAIT | MSG_NOSIGNAL,
                       (const struct sockaddr *)&log, sizeof log) >= 0;
        close(fd);
    }
    pthread_setcancelstate(cancel_state, &cancel_state);
    return taken;
}

void rs_syslog_send(rs_severity_level severity, rs_bytes message)
{
    char datagram[RS_SYSLOG_MAX + 64];
    int size = snprintf(datagram, sizeof datagram, "<%d>rootscope[%ld]: %.*s",
                        FACILITY_AUTHPRIV * 8 + (int)severity, (long)getpid(),
                        (int)(message.n < RS_SYSLOG_MAX ? message.n : RS_SYSLOG_MAX),
                        (const char *)message.p);
    if (size > 0 && (size_t)size < sizeof datagram)
        send_datagram(datagram, (size_t)size);
}

bool rs_syslog_write(rs_severity_level severity, const char *event, struct timespec time,
                     rs_bytes text)
{
    enum { HEADER_MAX = 128 };
    char datagram[RS_SYSLOG_MAX + HEADER_MAX], seconds[RS_UTC_TEXT_SIZE];
    if (text.n > RS_SYSLOG_MAX)
        return false;
    rs_utc_text(time.tv_sec, seconds);
    int size = snprintf(datagram, HEADER_MAX, "<%d>1 %s.%06ldZ - rootscope %ld %s - ",
                        FACILITY_AUTHPRIV * 8 + (int)severity, seconds, time.tv_nsec / 1000,
                        (long)getpid(), event);
    if (size < 0 || size >= HEADER_MAX)
        return false;
    memcpy(datagram + size, text.p, text.n);
    return send_datagram(datagram, (size_t)size + text.n);
}
