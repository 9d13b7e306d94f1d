/* SPDX-License-Identifier: Apache-2.0 */
#include "command/command.h"
#include "command/list/name_command.h"

static int run(int argc, char **argv)
{
    return rs_name_command_run(&rs_command_exclude, RS_EXCLUDE, argc, argv);
}

const rs_subcommand rs_command_exclude = {
    .name = "exclude",
    .summary = "refuse names below those that a root is permitted",
    .usage = "Usage: rootscope exclude [OPTION...] ROOT NAME...\n"
             "\n"
             "Excludes names from those that a listed root is permitted: adds lines to its\n"
             "stanza in a local list source, then compiles as `rootscope compile` does. An\n"
             "exclude line always wins; `rootscope permit` with the same name takes it back.\n"
             "For a root of a shipped source, makes a local stanza that keeps what the\n"
             "shipped one permits. A ROOT is a label, 8 or more digits of a hash, or\n"
             "`default`. Write each NAME as after `exclude` in rootscope-list(5).\n",
    .options = rs_name_command_options,
    .run = run,
};
