/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/server_chain.h"

#include "command/base/child_process.h"
#include "command/base/message.h"
#include "command/base/text.h"
#include "lib/base/ascii.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FETCH_SECONDS = 10 };

#define TLS_PORT "443"

/* What `openssl s_client -starttls` knows from OpenSSL 3.0 on, and the usual ports. */
static const struct {
    const char *name, *port;
} protocols[] = {
    {"smtp", "25"},    {"lmtp", "24"},   {"imap", "143"},         {"pop3", "110"},
    {"sieve", "4190"}, {"ftp", "21"},    {"ldap", "389"},         {"postgres", "5432"},
    {"mysql", "3306"}, {"xmpp", "5222"}, {"xmpp-server", "5269"}, {"nntp", "119"},
    {"irc", "6667"},
};

enum { PROTOCOL_COUNT = sizeof protocols / sizeof *protocols };

const char *rs_server_take_starttls(void *into, const char *value)
{
    for (size_t i = 0; i < PROTOCOL_COUNT; i++)
        if (strcmp(protocols[i].name, value) == 0) {
            *(const char **)into = protocols[i].name;
            return NULL;
        }
    return "smtp, lmtp, imap, pop3, sieve, ftp, ldap, postgres, mysql, xmpp, xmpp-server, nntp or "
           "irc";
}

static bool is_port(const char *text)
{
    uint64_t port;
    return rs_text_read_number(text, UINT16_MAX, &port) && port > 0;
}

static bool is_host(const char *text)
{
    for (const char *p = text; *p != '\0'; p++)
        if (!rs_ascii_is_label((uint8_t)*p) && strchr(".:%", *p) == NULL)
            return false;
    return *text != '\0' && *text != '-' && *text != '.';
}

bool rs_server_read(rs_arena *arena, const char *text, rs_server *server)
{
    const char *host = text, *end = text + strlen(text), *port = NULL;
    if (*text == '[') {
        host++;
        end = strchr(text, ']');
        if (end == NULL || (end[1] != '\0' && end[1] != ':'))
            return false;
        port = end[1] == ':' ? end + 2 : NULL;
    } else if (strchr(text, ':') == strrchr(text, ':') && strchr(text, ':') != NULL) {
        end = strchr(text, ':');
        port = end + 1;
    }
    server->host = rs_text_format(arena, "%.*s", (int)(end - host), host);
    server->port = port;
    return is_host(server->host) && (port == NULL || is_port(port));
}

static const char *port_of(const rs_server *server)
{
    for (size_t i = 0; server->port == NULL && i < PROTOCOL_COUNT; i++)
        if (server->starttls != NULL && strcmp(protocols[i].name, server->starttls) == 0)
            return protocols[i].port;
    return server->port == NULL ? TLS_PORT : server->port;
}

const char *rs_server_text(rs_arena *arena, const rs_server *server)
{
    bool is_address = strchr(server->host, ':') != NULL;
    return rs_text_format(arena, "%s%s%s:%s", is_address ? "[" : "", server->host,
                          is_address ? "]" : "", port_of(server));
}

/* The text after `count` colons; NULL: there are not so many in the line. */
static const char *after_colons(const char *text, int count)
{
    for (; count > 0; count--, text++) {
        text += strcspn(text, ":\n");
        if (*text != ':')
            return NULL;
    }
    return text;
}

/*
 * The first error that s_client prints: THREAD:error:CODE:LIBRARY:FUNCTION:REASON:FILE:LINE:DATA.
 * The reason of what the system cannot find is in the data.
 */
static void say_error(const char *output, bool is_plain, char why[RS_CERT_FILE_REASON_SIZE])
{
    const char *error = strstr(output, ":error:");
    const char *library = error == NULL ? NULL : after_colons(error, 3);
    const char *reason = error == NULL ? NULL : after_colons(error, 5);
    if (reason != NULL && strncmp(reason, "system lib:", 11) == 0)
        reason = after_colons(error, 8);
    if (reason == NULL) {
        snprintf(why, RS_CERT_FILE_REASON_SIZE, "the server sends no certificate");
        return;
    }
    rs_arena arena = {0};
    bool is_tls = strncmp(library, "SSL routines:", 13) == 0;
    /* s_client also prints what servers answer to some protocols' commands. */
    snprintf(why, RS_CERT_FILE_REASON_SIZE, "%s%s",
             rs_text_excerpt(&arena, rs_bytes_make(reason, strcspn(reason, ":\n")), 100),
             is_tls && is_plain ? "; if the server speaks another protocol first, give --starttls"
                                : "");
    rs_arena_clear(&arena);
}

static STACK_OF(X509) * read_output(const rs_server *server, const rs_child_result *result,
                                    char why[RS_CERT_FILE_REASON_SIZE])
{
    if (result->end == RS_CHILD_NOT_RUN) {
        snprintf(why, RS_CERT_FILE_REASON_SIZE, "openssl cannot be run: %s",
                 result->code == ENOENT ? "install the package openssl" : strerror(result->code));
        return NULL;
    }
    if (result->cut) {
        snprintf(why, RS_CERT_FILE_REASON_SIZE, "the server sends too much: more than %zu KiB",
                 sizeof result->text / 1024);
        return NULL;
    }
    /* A server that then wants a certificate of ours has sent its own before. */
    STACK_OF(X509) *all = rs_cert_file_read_bytes(rs_bytes_make(result->text, result->length), why);
    if (all == NULL && result->end == RS_CHILD_TIMED_OUT)
        snprintf(why, RS_CERT_FILE_REASON_SIZE, "no answer within %d seconds", FETCH_SECONDS);
    else if (all == NULL)
        say_error(result->text, server->starttls == NULL, why);
    return all;
}

typedef struct command_line {
    char *words[20];
    size_t count;
} command_line;

static void add_word(command_line *line, const char *word)
{
    line->words[line->count++] = (char *)(uintptr_t)word;
}

static void add_option(command_line *line, const char *option, const char *value)
{
    if (value == NULL)
        return;
    add_word(line, option);
    add_word(line, value);
}

static void write_command_line(const rs_server *server, rs_arena *arena, command_line *line)
{
    /* Whether the chain is good is not its matter. */
    static const char *const fixed[] = {"openssl",    "s_client",   "-showcerts",
                                        "-no-CAfile", "-no-CApath", "-no-CAstore"};
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        add_word(line, fixed[i]);
    add_option(line, "-cipher", "DEFAULT:@SECLEVEL=0");
    add_option(line, "-connect", rs_server_text(arena, server));
    add_option(line, "-starttls", server->starttls);
    add_option(line, "-servername", server->name);
}

STACK_OF(X509) * rs_server_chain_fetch(const rs_server *server, char why[RS_CERT_FILE_REASON_SIZE])
{
    rs_arena arena = {0};
    command_line line = {.count = 0};
    write_command_line(server, &arena, &line);
    /* The machine's configuration may have our module in it, and odd settings of TLS. */
    const rs_child_variable environment[] = {{"OPENSSL_CONF", "/dev/null"}, {NULL, NULL}};
    const rs_child child = {.argv = line.words,
                            .environment = environment,
                            .seconds = FETCH_SECONDS,
                            .join_errors = true};
    rs_child_result *result = rs_message_need(malloc(sizeof *result));
    rs_child_run(&child, result);
    STACK_OF(X509) *all = read_output(server, result, why);
    free(result);
    rs_arena_clear(&arena);
    return all;
}
