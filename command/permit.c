/* SPDX-License-Identifier: Apache-2.0 */
#include "command/command.h"
#include "command/list/name_command.h"

static int run(int argc, char **argv)
{
    return rs_name_command_run(&rs_command_permit, RS_PERMIT, argc, argv);
}

const rs_subcommand rs_command_permit = {
    .name = "permit",
    .summary = "let a listed root vouch for more names",
    .usage = "Usage: rootscope permit [OPTION...] ROOT NAME...\n"
             "\n"
             "Permits names to a listed root: adds lines to its stanza in a local list\n"
             "source, then compiles as `rootscope compile` does. For a root of a shipped\n"
             "source, makes a local stanza that keeps what the shipped one permits. A ROOT is\n"
             "a label, 8 or more digits of a hash, or `default`. Write each NAME as after\n"
             "`permit` in rootscope-list(5), for example corp.example, ip:10.0.0.0/8 or\n"
             "\'cn:John Smith\'.\n",
    .options = rs_name_command_options,
    .run = run,
};
