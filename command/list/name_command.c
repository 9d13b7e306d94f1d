/* SPDX-License-Identifier: Apache-2.0 */
#include "command/list/name_command.h"

#include "command/base/exit_status.h"
#include "command/base/message.h"
#include "command/base/options.h"
#include "command/list/name_plan.h"
#include "command/list/name_rule.h"

typedef struct options {
    rs_change_target target;
    const char *file;
    bool remove;
} options;

static bool plan_names(void *arg, rs_local_edits *edits)
{
    return rs_name_plan_run(arg, edits);
}

int rs_name_command_run(const rs_subcommand *self, rs_polarity polarity, int argc, char **argv)
{
    options o = {.file = RS_LOCAL_EDITS_FILE};
    rs_words arguments;
    int status = rs_options_read(self, argc, argv, &o, &arguments);
    if (status != RS_OPTIONS_READ)
        return status;
    if (arguments.count < 2)
        return rs_message_usage(self, "missing argument: %s",
                                arguments.count == 0 ? "ROOT" : "NAME");
    status = rs_change_target_complete(self, &o.target, "no-compile");
    if (status != RS_OPTIONS_READ)
        return status;
    if (!rs_name_rule_check(polarity, arguments.items + 1, !o.target.quiet && !o.remove))
        return RS_EXIT_ERROR;
    char *const root[] = {arguments.items[0], NULL};
    rs_name_plan plan = {
        .polarity = polarity, .remove = o.remove, .root = root, .names = arguments.items + 1};
    return rs_local_edits_run(&o.target, o.file, plan_names, &plan);
}

const rs_option rs_name_command_options[] = {
    {"remove", 0, NULL, "take the lines of these names out of the stanza, instead", rs_option_flag,
     offsetof(options, remove)},
    {"file", 'f', "NAME",
     "put the stanza of a root that has none of its own in a local source into the local source "
     "NAME (default: " RS_LOCAL_EDITS_FILE ")",
     rs_sources_take_name, offsetof(options, file)},
    RS_ROWS_CHANGE,
    {0},
};
