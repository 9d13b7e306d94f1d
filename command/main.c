/* SPDX-License-Identifier: Apache-2.0 */
#include "command/analysis.h"
#include "command/base/message.h"
#include "command/base/near_word.h"
#include "command/base/options.h"
#include "command/base/start.h"
#include "command/command.h"

#include <stdio.h>
#include <string.h>

static const rs_subcommand *const commands[] = {
    &rs_command_add,     &rs_command_check,  &rs_command_compile,  &rs_command_diff,
    &rs_command_disable, &rs_command_edit,   &rs_command_enable,   &rs_command_exclude,
    &rs_command_export,  &rs_command_import, &rs_command_lint,     &rs_command_permit,
    &rs_command_probe,   &rs_command_remove, &rs_command_set_mode, &rs_command_show,
    &rs_command_status,  &rs_command_trust,  &rs_command_untrust,
};

/* What is known here of the subcommands of the second executable. */
typedef struct analysis_row {
    const char *name, *summary;
} analysis_row;

#define ANALYSIS_ROW(name, summary) {#name, summary},
static const analysis_row analysis[] = {RS_ANALYSIS_COMMANDS(ANALYSIS_ROW)};

enum {
    COMMAND_COUNT = sizeof commands / sizeof *commands,
    ANALYSIS_COUNT = sizeof analysis / sizeof *analysis
};

static const rs_subcommand *find_command(const char *name)
{
    return rs_start_find(commands, COMMAND_COUNT, name);
}

static bool is_analysis(const char *name)
{
    for (size_t i = 0; i < ANALYSIS_COUNT; i++)
        if (strcmp(analysis[i].name, name) == 0)
            return true;
    return false;
}

static void print_overview(FILE *out)
{
    fputs("Usage: rootscope COMMAND [OPTION...] [ARGUMENT...]\n"
          "Limits root certificates to the names that they may vouch for.\n"
          "\n"
          "Commands:\n",
          out);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (commands[i]->summary != NULL)
            fprintf(out, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
    fputs("\n"
          "Commands of the package rootscope-analysis:\n",
          out);
    for (size_t i = 0; i < ANALYSIS_COUNT; i++)
        fprintf(out, "  %-10s %s\n", analysis[i].name, analysis[i].summary);
    fputs("\n"
          "  help       print what a command does, and its options\n"
          "  --help     print this help\n"
          "  --version  print the version\n"
          "\n"
          "rootscope(1) describes all commands, rootscope-COMMAND(1) describes one of them, and\n"
          "rootscope-list(5) describes the language of a list.\n",
          out);
}

/* The command that was most likely meant; NULL: none is like it. */
static const char *meant_by(const char *given)
{
    const char *names[COMMAND_COUNT + ANALYSIS_COUNT + 1];
    size_t n = 0;
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (commands[i]->summary != NULL)
            names[n++] = commands[i]->name;
    for (size_t i = 0; i < ANALYSIS_COUNT; i++)
        names[n++] = analysis[i].name;
    names[n] = NULL;
    return rs_near_word(given, names);
}

static int refuse(const char *given)
{
    bool is_option = given[0] == '-';
    const char *meant = is_option ? NULL : meant_by(given);
    if (meant != NULL)
        rs_message_error("unknown command: %s; did you mean rootscope %s?", given, meant);
    else
        rs_message_error("unknown %s: %s", is_option ? "option" : "command", given);
    fputs("Try 'rootscope --help'.\n", stderr);
    return RS_EXIT_ERROR;
}

static bool asks_for_help(const char *word)
{
    return strcmp(word, "help") == 0 || strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

/* Of the command that is named first; `rootscope help survey merge` may go into detail. */
static int help(int argc, char **argv)
{
    if (argc < 3 || asks_for_help(argv[2])) {
        print_overview(stdout);
        return RS_EXIT_OK;
    }
    char word[] = "help", *words[] = {argv[0], word, argv[2], NULL};
    const rs_subcommand *command = find_command(argv[2]);
    if (command != NULL)
        return rs_options_help(command);
    return is_analysis(argv[2]) ? rs_analysis_run(argv[2], words) : refuse(argv[2]);
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2) {
        print_overview(stderr);
        return RS_EXIT_ERROR;
    }
    const char *name = argv[1];
    if (asks_for_help(name))
        return help(argc, argv);
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
        puts("rootscope " ROOTSCOPE_VERSION);
        return RS_EXIT_OK;
    }
    if (is_analysis(name))
        return rs_analysis_run(name, argv);
    const rs_subcommand *command = find_command(name);
    return command == NULL ? refuse(name) : rs_start_subcommand(command, argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
    return rs_start_main(argc, argv, dispatch);
}
