/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/message.h"
#include "command/base/options.h"
#include "command/command.h"
#include "command/list/root_removal.h"

typedef struct options {
    rs_change_target target;
} options;

static int run(int argc, char **argv)
{
    options o = {0};
    rs_words arguments;
    int status = rs_options_read(&rs_command_remove, argc, argv, &o, &arguments);
    if (status == RS_OPTIONS_READ && arguments.count == 0)
        return rs_message_usage(&rs_command_remove, "missing argument: ROOT");
    if (status == RS_OPTIONS_READ)
        status = rs_change_target_complete(&rs_command_remove, &o.target, "no-compile");
    if (status != RS_OPTIONS_READ)
        return status;
    return rs_local_edits_run(&o.target, RS_LOCAL_EDITS_FILE, rs_root_removal_plan,
                              arguments.items);
}

static const rs_option known[] = {
    RS_ROWS_CHANGE,
    {0},
};

const rs_subcommand rs_command_remove = {
    .name = "remove",
    .summary = "no longer limit a root",
    .usage = "Usage: rootscope remove [OPTION...] ROOT...\n"
             "\n"
             "Removes the stanza of a root from the local list sources, then compiles as\n"
             "`rootscope compile` does. A shipped stanza for the root holds again. The root\n"
             "stays in the trust store. A ROOT is a label, 8 or more digits of a hash, or\n"
             "`default`. Nothing is written if any source has an error.\n",
    .options = known,
    .run = run,
};
