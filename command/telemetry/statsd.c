/* SPDX-License-Identifier: Apache-2.0 */
#include "command/telemetry/statsd.h"

#include "command/base/message.h"
#include "command/telemetry/statsd_name.h"

#include <errno.h>
#include <inttypes.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    LINE_SIZE = 768,
    TAGS_SIZE = 384,
    ADDRESS_SIZE = 256,
    UNIX_PREFIX = sizeof "unix:" - 1,
};

struct rs_statsd {
    int fd;
    bool tags;
    struct sockaddr_storage address;
    socklen_t address_size;
    char packet[RS_STATSD_PACKET_MAX];
    size_t used; /* of it */
    uint64_t lost;
};

/* What all counters of an event have in common. */
typedef struct subject {
    char root[RS_STATSD_ROOT_SIZE + 1]; /* its part of a name, with its dot; empty with tags */
    char tags[TAGS_SIZE];               /* "|#root:…"; empty without tags */
} subject;

/* A socket that sends to the server; its port need not be open yet. */
static bool connect_to_server(rs_statsd *statsd)
{
    return connect(statsd->fd, (const struct sockaddr *)&statsd->address, statsd->address_size) ==
           0;
}

static bool open_unix(rs_statsd *statsd, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (*path == '\0' || strlen(path) >= sizeof address.sun_path) {
        rs_message_error("--statsd: %s: not the path of a socket", path);
        return false;
    }
    memcpy(address.sun_path, path, strlen(path));
    memcpy(&statsd->address, &address, sizeof address);
    statsd->address_size = sizeof address;
    statsd->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (statsd->fd < 0) {
        rs_message_error("--statsd: %s", strerror(errno));
        return false;
    }
    connect_to_server(statsd);
    return true;
}

/* Splits into host and port, which is the default's without one. False if it is neither. */
static bool split(const char *text, char host[ADDRESS_SIZE], char port[ADDRESS_SIZE])
{
    const char *end = strrchr(text, ':');
    if (text[0] == '[') {
        const char *bracket = strchr(text++, ']');
        if (bracket == NULL || (bracket[1] != '\0' && bracket[1] != ':'))
            return false;
        end = bracket;
    } else if (end == NULL || strchr(text, ':') != end) {
        end = text + strlen(text);
    }
    if (end == text || end - text >= ADDRESS_SIZE)
        return false;
    snprintf(host, ADDRESS_SIZE, "%.*s", (int)(end - text), text);
    end += *end == ']';
    if (*end == '\0')
        snprintf(port, ADDRESS_SIZE, "%d", RS_STATSD_PORT);
    else
        snprintf(port, ADDRESS_SIZE, "%s", end + 1);
    return *port != '\0' && strspn(port, "0123456789") == strlen(port) && strlen(port) <= 5;
}

/* The first of a host's addresses that has a route. */
static bool open_first(rs_statsd *statsd, const struct addrinfo *found)
{
    for (; found != NULL; found = found->ai_next) {
        statsd->fd =
            socket(found->ai_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, found->ai_protocol);
        if (statsd->fd < 0)
            continue;
        memcpy(&statsd->address, found->ai_addr, found->ai_addrlen);
        statsd->address_size = found->ai_addrlen;
        if (connect_to_server(statsd))
            return true;
        int error = errno;
        close(statsd->fd);
        statsd->fd = -1;
        errno = error;
    }
    return false;
}

static bool open_udp(rs_statsd *statsd, const char *address)
{
    char host[ADDRESS_SIZE], port[ADDRESS_SIZE];
    struct addrinfo hints = {.ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    if (!split(address, host, port)) {
        rs_message_error("--statsd: %s: expected ADDRESS:PORT, [ADDRESS]:PORT or unix:PATH",
                         address);
        return false;
    }
    int error = getaddrinfo(host, port, &hints, &found);
    if (error != 0) {
        rs_message_error("--statsd: %s: %s", address, gai_strerror(error));
        return false;
    }
    bool opened = open_first(statsd, found);
    if (!opened)
        rs_message_error("--statsd: %s: %s", address, strerror(errno));
    freeaddrinfo(found);
    return opened;
}

rs_statsd *rs_statsd_new(const char *address, bool tags)
{
    rs_statsd *statsd = rs_message_need(calloc(1, sizeof *statsd));
    statsd->fd = -1;
    statsd->tags = tags;
    bool opened = strncmp(address, "unix:", UNIX_PREFIX) == 0
                      ? open_unix(statsd, address + UNIX_PREFIX)
                      : open_udp(statsd, address);
    if (opened)
        return statsd;
    rs_statsd_free(statsd);
    return NULL;
}

static bool send_packet(const rs_statsd *statsd)
{
    ssize_t sent = send(statsd->fd, statsd->packet, statsd->used, MSG_NOSIGNAL);
    return sent == (ssize_t)statsd->used;
}

void rs_statsd_flush(rs_statsd *statsd)
{
    if (statsd->used == 0)
        return;
    if (!send_packet(statsd)) {
        /* UDP reports with this packet that an earlier one was refused; the server of a Unix socket
         * may have been restarted. */
        bool was_earlier = errno == ECONNREFUSED && statsd->address.ss_family != AF_UNIX;
        statsd->lost += was_earlier;
        connect_to_server(statsd);
        statsd->lost += !send_packet(statsd);
    }
    statsd->used = 0;
}

static void put_line(rs_statsd *statsd, const char *line, size_t n)
{
    if (statsd->used + n + 1 > sizeof statsd->packet)
        rs_statsd_flush(statsd);
    if (statsd->used > 0)
        statsd->packet[statsd->used++] = '\n';
    memcpy(statsd->packet + statsd->used, line, n);
    statsd->used += n;
}

/* A counter, unless nothing is to be added to it. */
static void put_counter(rs_statsd *statsd, const subject *s, const char *name, uint64_t number)
{
    char line[LINE_SIZE];
    if (number == 0)
        return;
    int n = snprintf(line, sizeof line, "rootscope.%s%s:%" PRIu64 "|c%s", s->root, name, number,
                     s->tags);
    if (n > 0 && n < LINE_SIZE)
        put_line(statsd, line, (size_t)n);
}

static void put_field(rs_statsd *statsd, const subject *s, rs_telemetry_field field,
                      uint64_t number)
{
    put_counter(statsd, s, rs_telemetry_field_word(field), number);
}

static void put_violation(rs_statsd *statsd, subject *s, const rs_telemetry_line *line)
{
    char form[RS_STATSD_WORD_SIZE], reason[RS_STATSD_WORD_SIZE];
    rs_statsd_word(line->form, form);
    rs_statsd_word(line->reason, reason);
    const char *name = line->verified ? "violations" : "unverified_violations";
    if (!statsd->tags) {
        char whole[3 * RS_STATSD_WORD_SIZE];
        snprintf(whole, sizeof whole, "%s.%s.%s", name, form, reason);
        put_counter(statsd, s, whole, line->count);
        return;
    }
    size_t used = strlen(s->tags);
    snprintf(s->tags + used, sizeof s->tags - used, ",form:%s,reason:%s,verdict:%s", form, reason,
             rs_telemetry_verdict_word(line->verdict));
    put_counter(statsd, s, name, line->count);
}

static void put_problem(rs_statsd *statsd, const rs_telemetry_line *line)
{
    char kind[RS_STATSD_WORD_SIZE], name[2 * RS_STATSD_WORD_SIZE] = "problems";
    subject s = {0};
    rs_statsd_word(line->kind, kind);
    if (statsd->tags)
        snprintf(s.tags, sizeof s.tags, "|#kind:%s", kind);
    else
        snprintf(name, sizeof name, "problems.%s", kind);
    put_counter(statsd, &s, name, 1);
}

static subject subject_of(const rs_statsd *statsd, const rs_telemetry_line *line)
{
    subject s = {0};
    if (!statsd->tags) {
        char name[RS_STATSD_ROOT_SIZE];
        rs_statsd_root_name(line->root, line->label, name);
        snprintf(s.root, sizeof s.root, "%s.", name);
        return s;
    }
    char id[RS_STATSD_ROOT_SIZE], label[RS_STATSD_WORD_SIZE];
    rs_statsd_root_id(line->root, id);
    rs_statsd_word(line->label, label);
    snprintf(s.tags, sizeof s.tags, "|#root:%s%s%s,mode:%s", id, line->label.n > 0 ? ",label:" : "",
             line->label.n > 0 ? label : "", rs_mode_word(line->mode));
    return s;
}

static void put_chains(rs_statsd *statsd, const rs_telemetry_line *line)
{
    subject s = subject_of(statsd, line);
    if (line->event == RS_TELEMETRY_VIOLATION) {
        put_violation(statsd, &s, line);
        return;
    }
    put_field(statsd, &s, RS_FIELD_CHECKED, line->checked);
    put_field(statsd, &s, RS_FIELD_PERMITTED, line->permitted);
    put_field(statsd, &s, RS_FIELD_VIOLATED, line->violated);
    put_field(statsd, &s, RS_FIELD_UNVERIFIED, line->unverified);
}

void rs_statsd_add(rs_statsd *statsd, const rs_telemetry_line *line)
{
    if (line->event == RS_TELEMETRY_PROBLEM)
        put_problem(statsd, line);
    else
        put_chains(statsd, line);
    put_field(statsd, &(subject){0}, RS_FIELD_DROPPED, line->dropped);
}

uint64_t rs_statsd_lost(const rs_statsd *statsd)
{
    return statsd->lost;
}

void rs_statsd_free(rs_statsd *statsd)
{
    if (statsd != NULL && statsd->fd >= 0)
        close(statsd->fd);
    free(statsd);
}
