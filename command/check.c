/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/cert_file.h"
#include "command/base/message.h"
#include "command/base/options.h"
#include "command/chain/output.h"
#include "command/command.h"
#include "command/list/open_list.h"
#include "lib/base/ascii.h"

#include <stdlib.h>
#include <time.h>

typedef struct options {
    const char *list;
    const char *ca_file, *ca_path, *host;
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

static int check(const options *o, const char *path)
{
    uint8_t *bytes;
    rs_image image;
    if (!rs_open_list(o->list, &bytes, &image))
        return RS_EXIT_ERROR;
    char why[RS_CERT_FILE_REASON_SIZE];
    int status = RS_EXIT_ERROR;
    STACK_OF(X509) *certificates = rs_cert_file_read_all(path, why);
    if (certificates == NULL)
        rs_message_error("%s: %s", path, why);
    else
        status = answer(o, &image, certificates);
    sk_X509_pop_free(certificates, X509_free);
    free(bytes);
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
        return rs_message_usage(&rs_command_check, "missing argument: CHAIN.pem");
    if (arguments.count > 1)
        return rs_message_usage(&rs_command_check, "unknown argument: %s", arguments.items[1]);
    return check(&o, arguments.items[0]);
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
    {"hostname", 0, "HOST", "also judge HOST, the host name or address that is connected to",
     rs_option_text, offsetof(options, host)},
    {"time", 0, "SECONDS",
     "judge as at this time, in seconds since 1970; a test mode may have an end date", take_time,
     offsetof(options, now)},
    {"json", 'j', NULL, "print JSON", rs_option_flag, offsetof(options, json)},
    {0},
};

const rs_subcommand rs_command_check = {
    .name = "check",
    .summary = "judge a chain by the list, name by name",
    .usage = "Usage: rootscope check [OPTION...] CHAIN.pem\n"
             "\n"
             "Judges a certificate chain by the compiled list: prints which stanzas apply and\n"
             "what they decide on each name. CHAIN.pem has the leaf first, then the other\n"
             "certificates in any order; issuers that are missing come from the trust store.\n"
             "When CHAIN.pem is -, read standard input:\n"
             "\n"
             "  openssl s_client -connect HOST:443 -showcerts </dev/null | rootscope check -\n",
    .options = known,
    .notes = "Exit status: 0 permitted, 1 denied, 2 unknown or error.\n",
    .run = run,
};
