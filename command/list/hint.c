/* SPDX-License-Identifier: Apache-2.0 */
#include "command/list/hint.h"

#include "command/base/text.h"

static bool is_other(const char *path, const char *usual)
{
    return path != NULL && strcmp(path, usual) != 0;
}

static const char *with(rs_arena *arena, const char *command, const char *option, const char *value)
{
    return rs_text_format(arena, "%s --%s %s", command, option, rs_text_shell(arena, value));
}

static const char *with_folders(rs_arena *arena, const rs_change_target *target,
                                const char *command)
{
    if (is_other(target->shipped, ROOTSCOPE_SOURCES_SHIPPED))
        command = with(arena, command, "shipped", target->shipped);
    if (is_other(target->local, ROOTSCOPE_SOURCES_LOCAL))
        command = with(arena, command, "local", target->local);
    return command;
}

const char *rs_hint_command(rs_arena *arena, const rs_change_target *target, const char *subcommand)
{
    const char *plain = rs_text_format(arena, "rootscope %s", subcommand);
    const char *command = with_folders(arena, target, plain);
    if (target->no_output)
        return rs_text_format(arena, "%s --no-compile", command);
    /* Other folders need it, whatever it is. */
    if (target->output != NULL && (command != plain || is_other(target->output, ROOTSCOPE_LIST)))
        command = with(arena, command, "output", target->output);
    return command;
}

const char *rs_hint_compile(rs_arena *arena, const rs_change_target *target)
{
    rs_change_target written = *target;
    bool is_elsewhere = is_other(target->shipped, ROOTSCOPE_SOURCES_SHIPPED) ||
                        is_other(target->local, ROOTSCOPE_SOURCES_LOCAL);
    written.no_output = false;
    if (is_elsewhere && target->output == NULL)
        written.output = "FILE";
    return rs_hint_command(arena, &written, "compile");
}

const char *rs_hint_check(rs_arena *arena, const rs_change_target *target)
{
    return with_folders(arena, target, "rootscope compile --check");
}

rs_change_target rs_hint_target(const char *list, const char *shipped, const char *local)
{
    bool is_machines = strcmp(list, ROOTSCOPE_LIST) == 0;
    return (rs_change_target){
        .shipped = shipped != NULL || is_machines ? shipped : "DIR",
        .local = local != NULL || is_machines ? local : "DIR",
        .output = list,
    };
}
