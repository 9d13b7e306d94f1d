/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/message.h"
#include "command/base/pem.h"
#include "command/chain/output.h"
#include "command/list/open_list.h"
#include "lib/base/ascii.h"

#include <getopt.h>
#include <stdlib.h>
#include <time.h>

enum { OPTIONS_DONE = -1 };

typedef struct options {
    const char *list;
    const char *ca_file, *ca_path, *host;
    int64_t now;
    bool json;
} options;

/* Seconds since 1970 in decimal. */
static bool read_time(const char *text, int64_t *seconds)
{
    int64_t value = 0;
    const char *p = text;
    for (; rs_ascii_is_digit((uint8_t)*p) && value < INT64_MAX / 100; p++)
        value = 10 * value + (*p - '0');
    *seconds = value;
    return p != text && *p == '\0';
}

static int take_option(int option, char *const *argv, options *o)
{
    switch (option) {
    case 'l':
        o->list = optarg;
        break;
    case 'f':
        o->ca_file = optarg;
        break;
    case 'p':
        o->ca_path = optarg;
        break;
    case 'n':
        o->host = optarg;
        break;
    case 't':
        if (!read_time(optarg, &o->now))
            return rs_message_usage(&rs_command_check, "--time is in seconds since 1970: %s",
                                    optarg);
        break;
    case 'j':
        o->json = true;
        break;
    case 'h':
        return rs_message_help(&rs_command_check);
    default:
        return rs_message_option(&rs_command_check, option, argv);
    }
    return OPTIONS_DONE;
}

static int read_options(int argc, char **argv, options *o)
{
    static const struct option known[] = {
        {"list", required_argument, NULL, 'l'},   {"CAfile", required_argument, NULL, 'f'},
        {"CApath", required_argument, NULL, 'p'}, {"cafile", required_argument, NULL, 'f'},
        {"capath", required_argument, NULL, 'p'}, {"hostname", required_argument, NULL, 'n'},
        {"time", required_argument, NULL, 't'},   {"json", no_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0},
    };
    int option, status = OPTIONS_DONE;
    opterr = 0;
    while (status == OPTIONS_DONE &&
           (option = getopt_long(argc, argv, ":l:n:t:jh", known, NULL)) != -1)
        status = take_option(option, argv, o);
    return status;
}

/* A chain whose root is unknown is not permitted: the list may have a stanza for that root. */
static int status_of(const rs_built_chain *built, const rs_chain_report *report)
{
    if (report->denied_count > 0)
        return RS_EXIT_DENIED;
    return built->complete ? RS_EXIT_OK : RS_EXIT_ERROR;
}

/* Judges a chain that was read, and answers. */
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
    char why[RS_PEM_REASON_SIZE];
    int status = RS_EXIT_ERROR;
    STACK_OF(X509) *certificates = rs_pem_read_all(path, why);
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
    int status = read_options(argc, argv, &o);
    if (status != OPTIONS_DONE)
        return status;
    if (argc - optind != 1)
        return rs_message_usage(&rs_command_check, "one file with a chain is needed");
    return check(&o, argv[optind]);
}

const rs_command rs_command_check = {
    .name = "check",
    .summary = "whether a chain is within its root's scope, name by name",
    .help = "Usage: rootscope check [OPTION...] CHAIN.pem\n"
            "\n"
            "Reads a chain in PEM, the leaf first and the others in any order (- is standard\n"
            "input), completes it from the trust store, and says which stanza of the list\n"
            "applies and what it says of each name:\n"
            "\n"
            "  openssl s_client -connect HOST:443 -showcerts </dev/null | rootscope check -\n"
            "\n"
            "  -l, --list FILE      the compiled list; default:\n"
            "                       " ROOTSCOPE_LIST "\n"
            "      --CAfile FILE    complete it with the certificates of FILE\n"
            "      --CApath DIR     or of a folder made by openssl rehash\n"
            "                       default: the system's trust store\n"
            "  -n, --hostname HOST  the host or address that the application means to reach\n"
            "  -t, --time SECONDS   judge as at this time; test modes may end on a date\n"
            "  -j, --json           as JSON\n"
            "  -h, --help           this text\n"
            "\n"
            "Exit status: 0 permitted, 1 denied, 2 it cannot be told.\n",
    .run = run,
};
