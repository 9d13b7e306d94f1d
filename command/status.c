/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/message.h"
#include "command/status/config_problems.h"
#include "command/status/module_file.h"
#include "command/status/path_trust.h"
#include "command/status/processes.h"
#include "command/status/program.h"
#include "command/status/store_check.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Monitoring takes 0 for good, 1 for a warning, 2 for critical and 3 for unknown. */
enum { STATUS_UNKNOWN = 3 };

typedef struct options {
    const char *config, *ca_file;
    const char *shipped, *local;
    bool json, quiet;
    bool processes;
    int seconds; /* for each run of a program */
} options;

/* OPTIONS_DONE: go on; else an exit status. */
enum { OPTIONS_DONE = -1, SECONDS_DEFAULT = 30 };

static int refuse(const char *what, const char *given)
{
    rs_message_usage(&rs_command_status, "%s: %s", what, given);
    return STATUS_UNKNOWN;
}

static bool read_seconds(const char *text, int *seconds)
{
    char *end;
    long value = strtol(text, &end, 10);
    *seconds = (int)value;
    return end != text && *end == '\0' && value >= 1 && value <= 3600;
}

static int read_options(int argc, char **argv, options *o)
{
    static const struct option known[] = {
        {"config", required_argument, NULL, 'c'}, {"CAfile", required_argument, NULL, 'A'},
        {"processes", no_argument, NULL, 'p'},    {"json", no_argument, NULL, 'j'},
        {"quiet", no_argument, NULL, 'q'},        {"shipped", required_argument, NULL, 's'},
        {"local", required_argument, NULL, 'l'},  {"timeout", required_argument, NULL, 't'},
        {"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0},
    };
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "+:c:pjqt:h", known, NULL)) != -1) {
        switch (option) {
        case 'c':
            o->config = optarg;
            break;
        case 'A':
            o->ca_file = optarg;
            break;
        case 'p':
            o->processes = true;
            break;
        case 'j':
            o->json = true;
            break;
        case 'q':
            o->quiet = true;
            break;
        case 's':
            o->shipped = optarg;
            break;
        case 'l':
            o->local = optarg;
            break;
        case 't':
            if (!read_seconds(optarg, &o->seconds))
                return refuse("not a number of seconds from 1 to 3600", optarg);
            break;
        case 'h':
            return rs_message_help(&rs_command_status);
        default:
            rs_message_option(&rs_command_status, option, argv);
            return STATUS_UNKNOWN;
        }
    }
    return OPTIONS_DONE;
}

/* The folders to compare the list with: a list that is not the machine's has others, unknown. */
static rs_list_sources sources_for(const options *o, const char *list)
{
    bool told = o->shipped != NULL || o->local != NULL;
    if (!told && strcmp(list, ROOTSCOPE_LIST) != 0)
        return (rs_list_sources){0};
    return (rs_list_sources){
        .shipped = o->shipped == NULL ? ROOTSCOPE_SOURCES_SHIPPED : o->shipped,
        .local = o->local == NULL ? ROOTSCOPE_SOURCES_LOCAL : o->local,
    };
}

/* Whoever can replace one of these files decides what is guarded. */
static void check_trust(rs_status *s)
{
    const rs_openssl_config *config = &s->config;
    struct stat file;
    uid_t owner = stat(config->path, &file) == 0 ? file.st_uid : 0;
    rs_path_trust_check(config->path, "the configuration", geteuid(), "config-replaceable",
                        &s->problems);
    rs_path_trust_check(config->settings.list, "the list", owner, "list-replaceable", &s->problems);
    if (config->module != NULL && config->module[0] == '/')
        rs_path_trust_check(config->module, "the module", owner, "module-replaceable",
                            &s->problems);
}

static void status_of_machine(const options *o, rs_status *s)
{
    if (s->config.entry != RS_ENTRY_NONE) {
        const char *list = s->config.settings.list;
        rs_list_sources sources = sources_for(o, list);
        rs_module_file_check(&s->config, &s->problems);
        rs_list_status_read(&s->config.settings, &sources, &s->list, &s->problems);
        check_trust(s);
        rs_store_check(&s->list, o->ca_file, &s->problems);
        rs_live_check_run(&s->config, &s->list, o->ca_file, &s->live, &s->problems);
    }
    if (o->json)
        rs_status_print_json(s);
    else if (!o->quiet)
        rs_status_print_text(s);
}

/* `program` NULL: of the machine or its processes. */
static int answer(const options *o, char *const *program)
{
    rs_status s = {0};
    rs_openssl_config_read(o->config, &s.config, &s.problems);
    rs_config_problems_find(&s.config, &s.problems);
    int status;
    if (program != NULL) {
        status = (int)rs_status_program(&s, program, o->seconds, o->json, o->quiet);
    } else {
        if (o->processes)
            rs_status_processes(&s, o->json, o->quiet);
        else
            status_of_machine(o, &s);
        status = (int)s.problems.worst;
    }
    rs_list_status_clear(&s.list);
    rs_openssl_config_clear(&s.config);
    rs_problems_clear(&s.problems);
    return status;
}

static int run(int argc, char **argv)
{
    options o = {.seconds = SECONDS_DEFAULT};
    int status = read_options(argc, argv, &o);
    if (status != OPTIONS_DONE)
        return status;
    bool has_program = optind < argc;
    if (has_program && strcmp(argv[optind - 1], "--") != 0)
        return refuse("a program comes after `--`", argv[optind]);
    if (has_program && o.processes)
        return refuse("--processes is for those that run already", argv[optind]);
    return answer(&o, has_program ? argv + optind : NULL);
}

const rs_command rs_command_status = {
    .name = "status",
    .summary = "is this machine guarded?",
    .help = "Usage: rootscope status [-q | --json] [--config FILE] [--CAfile FILE]\n"
            "                        [--shipped DIR] [--local DIR]\n"
            "       rootscope status --processes [-q | --json] [--config FILE]\n"
            "       rootscope status [-q | --json] [--config FILE] [--timeout SECONDS]\n"
            "                        -- PROGRAM ARGUMENT...\n"
            "\n"
            "Reads OpenSSL's configuration and the compiled list, tries in a program whether they\n"
            "are enforced (as root: as the user nobody, too), and says what is wrong and what to\n"
            "do about it. Nothing of the machine is changed.\n"
            "\n"
            "  -c, --config FILE  another openssl.cnf than the one that applications read\n"
            "      --CAfile FILE  take roots to try the list with from FILE\n"
            "      --shipped DIR  compare the list with the shipped sources in DIR\n"
            "      --local DIR    and the local ones in DIR\n"
            "  -p, --processes    which running processes have the module, and which need a\n"
            "                     restart or cannot have it\n"
            "  -t, --timeout SECONDS  for each run of PROGRAM; 30\n"
            "  -j, --json         as JSON\n"
            "  -q, --quiet        nothing but the exit status\n"
            "  -h, --help         this text\n"
            "\n"
            "With PROGRAM, it runs it against throw-away servers on loopback, and says whether it\n"
            "refuses a certificate outside its root's scope. {url}, {host}, {port} and {ca} (a\n"
            "file with the throw-away root) in its arguments are filled in:\n"
            "    rootscope status -- curl --cacert {ca} {url}\n"
            "\n"
            "Exit status: 0 guarded or covered, 1 warning or cannot tell, 2 not guarded or not\n"
            "covered, 3 wrong usage.\n",
    .run = run,
};
