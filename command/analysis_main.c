/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The main function of rootscope-analysis. `rootscope` runs it with its own command line, once it
 * has found that the subcommand is of this executable.
 */
#include "command/analysis.h"
#include "command/base/message.h"
#include "command/base/options.h"
#include "command/base/start.h"
#include "command/command.h"

#include <string.h>

#define POINTER(name, summary) &rs_command_##name,
static const rs_subcommand *const commands[] = {RS_ANALYSIS_COMMANDS(POINTER)};

static int dispatch(int argc, char **argv)
{
    bool is_help = argc == 3 && strcmp(argv[1], "help") == 0;
    const rs_subcommand *command =
        argc < 2
            ? NULL
            : rs_start_find(commands, sizeof commands / sizeof *commands, argv[is_help ? 2 : 1]);
    if (command == NULL) {
        rs_message_error("rootscope-analysis is a part of rootscope: run 'rootscope --help'");
        return RS_EXIT_ERROR;
    }
    return is_help ? rs_options_help(command) : rs_start_subcommand(command, argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
    return rs_start_main(argc, argv, dispatch);
}
