/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/message.h"
#include "command/base/options.h"
#include "command/base/text.h"
#include "command/command.h"
#include "command/list/change.h"
#include "command/list/mode_plan.h"

#include <time.h>

typedef struct options {
    rs_change_target target;
    const char *file, *until;
    bool all;
} options;

static int read_arguments(options *o, const rs_words *arguments, rs_mode_period *mode)
{
    const rs_subcommand *self = &rs_command_set_mode;
    char *const *words = arguments->items;
    if (arguments->count == 0)
        return rs_message_usage(self, "missing argument: enforce, test or off");
    if (strchr(words[0], ' ') != NULL || !rs_mode_plan_read(words[0], mode))
        return rs_message_usage(self, "the mode must be enforce, test or off: %s", words[0]);
    if (arguments->count == 1 && !o->all)
        return rs_message_usage(self, "missing argument: ROOT, or --all");
    if (arguments->count > 1 && o->all)
        return rs_message_usage(self, "--all cannot be combined with ROOT arguments: %s", words[1]);
    if (o->until != NULL && mode->mode != RS_MODE_TEST)
        return rs_message_usage(self, "--until requires the mode test");
    rs_arena arena = {0};
    bool good = o->until == NULL ||
                rs_mode_plan_read(rs_text_format(&arena, "test until %s", o->until), mode);
    rs_arena_clear(&arena);
    if (!good)
        return rs_message_usage(self, "--until must be a date, YYYY-MM-DD, from 2000 on: %s",
                                o->until);
    return rs_change_target_complete(self, &o->target, "no-compile");
}

static void warn(const rs_mode_plan *plan)
{
    if (plan->wanted.until != 0 && rs_mode_at(plan->wanted, time(NULL)) == RS_MODE_ENFORCE)
        rs_message_warning("the date is in the past: the mode is enforce");
    rs_mode_plan_warn(plan);
}

/* What is to be done. */
typedef struct request {
    const options *options;
    char *const *roots;
    rs_mode_period mode;
} request;

static bool plan_modes(void *arg, rs_local_edits *edits)
{
    const request *r = arg;
    rs_mode_plan plan = {.edits = edits, .wanted = r->mode};
    bool good = r->options->all ? rs_mode_plan_list(&plan) : rs_mode_plan_roots(&plan, r->roots);
    if (good && !r->options->target.quiet)
        warn(&plan);
    return good;
}

static int run(int argc, char **argv)
{
    options o = {.file = RS_LOCAL_EDITS_FILE};
    rs_words arguments;
    rs_mode_period mode = {0};
    int status = rs_options_read(&rs_command_set_mode, argc, argv, &o, &arguments);
    if (status == RS_OPTIONS_READ)
        status = read_arguments(&o, &arguments, &mode);
    if (status != RS_OPTIONS_READ)
        return status;
    request r = {.options = &o, .roots = arguments.items + 1, .mode = mode};
    return rs_local_edits_run(&o.target, o.file, plan_modes, &r);
}

static const rs_option known[] = {
    {"all", 0, NULL, "set the list's own mode, which can only weaken that of a root",
     rs_option_flag, offsetof(options, all)},
    {"until", 'u', "DATE", "test before DATE (YYYY-MM-DD, UTC), and enforce from then on",
     rs_option_text, offsetof(options, until)},
    {"file", 'f', "NAME",
     "write a mode that needs a stanza of its own to the local source NAME "
     "(default: " RS_LOCAL_EDITS_FILE ")",
     rs_sources_take_name, offsetof(options, file)},
    RS_ROWS_CHANGE,
    {0},
};

const rs_subcommand rs_command_set_mode = {
    .name = "set-mode",
    .summary = "enforce roots, test them, or turn them off",
    .usage = "Usage: rootscope set-mode [OPTION...] enforce|test|off ROOT...\n"
             "       rootscope set-mode [OPTION...] enforce|test|off --all\n"
             "\n"
             "Sets the mode of listed roots in the local list sources, then compiles as\n"
             "`rootscope compile` does. A ROOT is a label, 8 or more digits of a hash, or\n"
             "`default`. The weakest mode of configuration, list and root applies.\n"
             "Nothing is written if any source has an error.\n",
    .options = known,
    .run = run,
};
