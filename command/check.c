/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/cert_file.h"
#include "command/base/message.h"
#include "command/base/options.h"
#include "command/base/server_chain.h"
#include "command/base/text.h"
#include "command/chain/output.h"
#include "command/command.h"
#include "command/list/open_list.h"
#include "lib/base/ascii.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

typedef struct options {
    const char *list;
    const char *ca_file, *ca_path, *host;
    const char *starttls, *server_name;
    int64_t now;
    bool json;
} options;

/* Seconds since 1970 in decimal. */
static const char *take_time(void *into, const char *value)
{
    int64_t seconds = 0;
    const char *p = value;
    for (; rs_ascii_is_digit((uint8_t)*p) && seconds < INT64_MAX / 100; p++)
        seconds = 10 * seconds + (*p - '0');
    *(int64_t *)into = seconds;
    return p != value && *p == '\0' ? NULL : "a number of seconds since 1970";
}

/* A chain without its root is not permitted: the list may have a stanza for the root. */
static int status_of(const rs_built_chain *built, const rs_chain_report *report)
{
    if (report->denied_count > 0)
        return RS_EXIT_DENIED;
    return built->complete ? RS_EXIT_OK : RS_EXIT_ERROR;
}

/* Judges a chain and prints the answer. */
static int answer(const options *o, const rs_image *image, STACK_OF(X509) * certificates)
{
    rs_built_chain built;
    rs_chain_sources sources = {.certificates = certificates,
                                .ca_file = o->ca_file,
                                .ca_path = o->ca_path,
                                .host = o->host};
    int status = RS_EXIT_ERROR;
    if (rs_chain_build(&sources, &built)) {
        rs_judgement judgement;
        rs_judge(image, built.chain, &built.above, built.expected, o->now, &judgement);
        rs_check_answer said = {
            .list_path = o->list, .image = image, .built = &built, .judgement = &judgement};
        if (o->json)
            rs_check_output_json(&said);
        else
            rs_check_output_text(&said);
        status = status_of(&built, &judgement.report);
        rs_judgement_clear(&judgement);
    }
    rs_chain_build_clear(&built);
    return status;
}

/* Where the chain comes from. */
typedef struct source {
    const char *argument;
    bool is_server;
    rs_server server;
} source;

/* What is neither a file nor like a server is taken for a file, which then cannot be read. */
static void find_source(const options *o, rs_arena *arena, const char *argument, source *from)
{
    *from = (source){.argument = argument};
    bool is_file = strcmp(argument, "-") == 0 || access(argument, F_OK) == 0;
    from->is_server = !is_file && rs_server_read(arena, argument, &from->server);
    from->server.starttls = o->starttls;
    from->server.name = o->server_name;
}

static STACK_OF(X509) * read_chain(const source *from, rs_arena *arena)
{
    char why[RS_CERT_FILE_REASON_SIZE];
    STACK_OF(X509) *certificates = from->is_server ? rs_server_chain_fetch(&from->server, why)
                                                   : rs_cert_file_read_all(from->argument, why);
    if (certificates != NULL)
        return certificates;
    if (!from->is_server)
        rs_message_error("%s: %s", from->argument, why);
    else
        rs_message_error("%s: %s%s", rs_server_text(arena, &from->server), why,
                         from->server.port == NULL ? "; no file has that name either" : "");
    return NULL;
}

static int check(const options *o, const source *from, rs_arena *arena)
{
    uint8_t *bytes;
    rs_image image;
    if (!rs_open_list(o->list, &bytes, &image))
        return RS_EXIT_ERROR;
    int status = RS_EXIT_ERROR;
    STACK_OF(X509) *certificates = read_chain(from, arena);
    if (certificates != NULL)
        status = answer(o, &image, certificates);
    sk_X509_pop_free(certificates, X509_free);
    free(bytes);
    return status;
}

static int check_argument(options *o, const char *argument)
{
    rs_arena arena = {0};
    source from;
    find_source(o, &arena, argument, &from);
    int status = RS_EXIT_ERROR;
    if (!from.is_server && (o->starttls != NULL || o->server_name != NULL)) {
        rs_message_usage(&rs_command_check, "--%s requires HOST:PORT: %s",
                         o->starttls != NULL ? "starttls" : "servername", argument);
    } else {
        /* A client of the server expects that name. */
        if (from.is_server && o->host == NULL)
            o->host = o->server_name != NULL ? o->server_name : from.server.host;
        status = check(o, &from, &arena);
    }
    rs_arena_clear(&arena);
    return status;
}

static int run(int argc, char **argv)
{
    options o = {.list = ROOTSCOPE_LIST, .now = time(NULL)};
    rs_words arguments;
    int status = rs_options_read(&rs_command_check, argc, argv, &o, &arguments);
    if (status != RS_OPTIONS_READ)
        return status;
    if (arguments.count == 0)
        return rs_message_usage(&rs_command_check, "missing argument: CHAIN.pem or HOST:PORT");
    if (arguments.count > 1)
        return rs_message_usage(&rs_command_check, "unknown argument: %s", arguments.items[1]);
    if (strstr(arguments.items[0], "://") != NULL)
        return rs_message_usage(&rs_command_check, "it is a URL; give HOST or HOST:PORT: %s",
                                arguments.items[0]);
    return check_argument(&o, arguments.items[0]);
}

static const rs_option known[] = {
    {"list", 0, "FILE", "use the compiled list FILE (default: " ROOTSCOPE_LIST ")", rs_option_text,
     offsetof(options, list)},
    {"CAfile", 0, "FILE", "complete the chain with the certificates in FILE", rs_option_text,
     offsetof(options, ca_file)},
    {"CApath", 0, "DIR",
     "complete the chain with the certificates in DIR, which openssl rehash has prepared (default: "
     "the system's trust store)",
     rs_option_text, offsetof(options, ca_path)},
    {"cafile", 0, "FILE", NULL, rs_option_text, offsetof(options, ca_file)},
    {"capath", 0, "DIR", NULL, rs_option_text, offsetof(options, ca_path)},
    {"starttls", 0, "PROTOCOL",
     "speak PROTOCOL with the server before TLS: smtp, imap, ldap, postgres and so on",
     rs_server_take_starttls, offsetof(options, starttls)},
    {"servername", 0, "NAME", "ask the server for the certificate of NAME (default: its HOST)",
     rs_option_text, offsetof(options, server_name)},
    {"hostname", 0, "HOST",
     "also judge HOST, the host name or address that is connected to (default: that of the server)",
     rs_option_text, offsetof(options, host)},
    {"time", 0, "SECONDS",
     "judge as if it were this time, in seconds since 1970: a mode test may end on a date",
     take_time, offsetof(options, now)},
    {"json", 'j', NULL, "print JSON", rs_option_flag, offsetof(options, json)},
    {0},
};

const rs_subcommand rs_command_check = {
    .name = "check",
    .summary = "judge a chain by the list, name by name",
    .usage = "Usage: rootscope check [OPTION...] CHAIN.pem\n"
             "       rootscope check [OPTION...] HOST[:PORT]\n"
             "\n"
             "Judges a certificate chain by the compiled list: prints which stanzas apply and\n"
             "what they decide on each name. CHAIN.pem has the leaf first, then the other\n"
             "certificates in any order; issuers that are missing come from the trust store.\n"
             "CHAIN.pem may be - for standard input. If no file has that name, the argument is\n"
             "a server: connects to HOST and judges the chain that it sends:\n"
             "\n"
             "  rootscope check www.corp.example\n"
             "  rootscope check --starttls smtp mail.corp.example:587\n",
    .options = known,
    .notes = "Exit status: 0 permitted, 1 denied, 2 unknown or error.\n",
    .run = run,
};
