/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/message.h"
#include "command/base/options.h"
#include "command/command.h"
#include "command/status/config_problems.h"
#include "command/status/module_file.h"
#include "command/status/path_trust.h"
#include "command/status/processes.h"
#include "command/status/program.h"
#include "command/status/store_check.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* For monitoring, 0 is good, 1 a warning, 2 critical and 3 unknown. */
enum { STATUS_UNKNOWN = 3 };

typedef struct options {
    const char *config, *ca_file;
    const char *shipped, *local;
    bool json, quiet;
    bool processes, ignore_warnings;
    int seconds; /* for each run of a program */
} options;

enum { SECONDS_DEFAULT = 30 };

static const char *take_seconds(void *into, const char *value)
{
    char *end;
    long seconds = strtol(value, &end, 10);
    *(int *)into = (int)seconds;
    return end != value && *end == '\0' && seconds >= 1 && seconds <= 3600
               ? NULL
               : "a number of seconds from 1 to 3600";
}

/* Returns the folders to compare the list with. Those of a list for one service are unknown. */
static rs_list_sources sources_for(const options *o, const char *list)
{
    bool told = o->shipped != NULL || o->local != NULL;
    if (!told && strcmp(list, ROOTSCOPE_LIST) != 0)
        return (rs_list_sources){.ca_file = o->ca_file};
    return (rs_list_sources){
        .shipped = o->shipped == NULL ? ROOTSCOPE_SOURCES_SHIPPED : o->shipped,
        .local = o->local == NULL ? ROOTSCOPE_SOURCES_LOCAL : o->local,
        .ca_file = o->ca_file,
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
    rs_library_cover_look(&s->live, &s->list, &s->libraries, &s->problems);
    if (o->config == NULL)
        rs_own_services_find(&s->problems.arena, &s->services);
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
    return o->ignore_warnings && status == RS_DOUBTFUL ? RS_EXIT_OK : status;
}

/* Each of the three questions has options of its own. */
static int refuse_options(const options *o, const rs_words *program)
{
#define COMMON "config", "ignore-warnings", "json", "quiet"
    static const char *const machine[] = {COMMON, "CAfile", "shipped", "local", NULL};
    static const char *const processes[] = {COMMON, "processes", NULL};
    static const char *const one[] = {COMMON, "timeout", NULL};
    const rs_subcommand *self = &rs_command_status;
    if (o->json && o->quiet)
        return rs_message_usage(self, "--json and --quiet cannot be combined");
    if (program->count > 0)
        return rs_options_only(self, program, one, "with PROGRAM");
    return o->processes ? rs_options_only(self, program, processes, "with --processes")
                        : rs_options_only(self, program, machine, "without PROGRAM");
}

static int run(int argc, char **argv)
{
    const rs_subcommand *self = &rs_command_status;
    options o = {.seconds = SECONDS_DEFAULT};
    rs_words program;
    int status = rs_options_read(self, argc, argv, &o, &program);
    if (status != RS_OPTIONS_READ)
        return status;
    if (program.count > 0 && strcmp(program.items[-1], "--") != 0)
        return rs_message_usage(self, "put -- before the program: %s", program.items[0]);
    if (program.count > 0 && o.processes)
        return rs_message_usage(self, "--processes cannot be combined with PROGRAM: %s",
                                program.items[0]);
    status = refuse_options(&o, &program);
    if (status != RS_OPTIONS_READ)
        return status;
    return answer(&o, program.count > 0 ? program.items : NULL);
}

static const rs_option known[] = {
    {"config", 0, "FILE", "read FILE instead of the openssl.cnf that applications read",
     rs_option_text, offsetof(options, config)},
    {"CAfile", 0, "FILE", "try the list with the roots in FILE", rs_option_text,
     offsetof(options, ca_file)},
    {"shipped", 0, "DIR", "compare the list with the shipped sources in DIR", rs_option_text,
     offsetof(options, shipped)},
    {"local", 0, "DIR", "compare the list with the local sources in DIR", rs_option_text,
     offsetof(options, local)},
    {"processes", 'p', NULL,
     "show which running processes use the module, which need a restart, and which cannot use it",
     rs_option_flag, offsetof(options, processes)},
    {"timeout", 0, "SECONDS", "end each run of PROGRAM after this time (default: 30)", take_seconds,
     offsetof(options, seconds)},
    {"ignore-warnings", 0, NULL, "exit with 0 for a warning, too", rs_option_flag,
     offsetof(options, ignore_warnings)},
    {"json", 'j', NULL, "print JSON", rs_option_flag, offsetof(options, json)},
    {"quiet", 'q', NULL, "print nothing; only set the exit status", rs_option_flag,
     offsetof(options, quiet)},
    {0},
};

const rs_subcommand rs_command_status = {
    .name = "status",
    .summary = "check that this machine, or a program, is guarded",
    .usage = "Usage: rootscope status [-q | --json] [--ignore-warnings] [--config FILE]\n"
             "                        [--CAfile FILE] [--shipped DIR] [--local DIR]\n"
             "       rootscope status --processes [-q | --json] [--ignore-warnings]\n"
             "                        [--config FILE]\n"
             "       rootscope status [-q | --json] [--ignore-warnings] [--config FILE]\n"
             "                        [--timeout SECONDS] -- PROGRAM ARGUMENT...\n"
             "\n"
             "Reads OpenSSL's configuration and the compiled list, and starts a program to see\n"
             "whether they are enforced; for root, also as the user nobody. Prints what is\n"
             "wrong and how to mend it. Changes nothing.\n"
             "\n"
             "With PROGRAM, runs PROGRAM against test servers on the loopback interface, and\n"
             "prints whether PROGRAM refuses a certificate outside its root's scope. In its\n"
             "arguments, {url}, {host}, {port} and {ca} (a file with the test root) are\n"
             "replaced:\n"
             "\n"
             "  rootscope status -- curl --cacert {ca} {url}\n",
    .options = known,
    .options_first = true,
    .usage_status = STATUS_UNKNOWN,
    .notes = "Exit status: 0 guarded or covered, 1 warning or unknown, 2 not guarded or not\n"
             "covered, 3 wrong usage.\n",
    .run = run,
};
