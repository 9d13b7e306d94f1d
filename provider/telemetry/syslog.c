/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/telemetry/syslog.h"

#include <pthread.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { FACILITY_AUTHPRIV = 10 };

/*
 * Another thread of the program may close the number of the socket before it is used, and get it
 * for a connection of its own. Therefore the datagram has an address, which no other kind of
 * socket takes, and MSG_FASTOPEN, which does nothing here but makes TCP look at the address too.
 */
enum { FLAGS = MSG_DONTWAIT | MSG_NOSIGNAL | MSG_FASTOPEN };

/* The line in two parts. */
static bool send_datagram(struct iovec parts[2])
{
    static struct sockaddr_un log = {.sun_family = AF_UNIX, .sun_path = "/dev/log"};
    struct msghdr message = {
        .msg_name = &log, .msg_namelen = sizeof log, .msg_iov = parts, .msg_iovlen = 2};
    int cancel_state;
    bool taken = false;
    /* A thread that is cancelled within sendmsg would leave the descriptor open. */
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0) {
        taken = sendmsg(fd, &message, FLAGS) >= 0;
        close(fd);
    }
    pthread_setcancelstate(cancel_state, &cancel_state);
    return taken;
}

bool rs_syslog_write(rs_severity_level severity, rs_bytes event)
{
    char header[sizeof "<191>rootscope[-2147483648]: "];
    int size =
        snprintf(header, sizeof header,
                 "<%d>rootscope[%d]: ", FACILITY_AUTHPRIV * 8 + (int)severity, (int)getpid());
    struct iovec parts[] = {{header, (size_t)size}, {(void *)(uintptr_t)event.p, event.n}};
    return send_datagram(parts);
}
