/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/telemetry/syslog.h"

#include "lib/base/utc.h"

#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { FACILITY_AUTHPRIV = 10 };

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

bool rs_syslog_write(rs_severity_level severity, const char *event, struct timespec time,
                     rs_bytes text)
{
    enum { HEADER_MAX = 128 };
    char datagram[RS_SYSLOG_MAX + HEADER_MAX], seconds[RS_UTC_TEXT_SIZE];
    if (text.n > RS_SYSLOG_MAX)
        return false;
    rs_utc_text(time.tv_sec, seconds);
    int size = snprintf(datagram, HEADER_MAX, "<%d>1 %.19s.%06ldZ - rootscope %ld %s - ",
                        FACILITY_AUTHPRIV * 8 + (int)severity, seconds, time.tv_nsec / 1000,
                        (long)getpid(), event);
    if (size < 0 || size >= HEADER_MAX)
        return false;
    memcpy(datagram + size, text.p, text.n);
    return send_datagram(datagram, (size_t)size + text.n);
}
