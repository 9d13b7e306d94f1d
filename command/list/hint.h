/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands that messages propose. They change the sources and the list that the user was asking
 * about, so that they have the options that say where these are. Texts are on the arena.
 */
#ifndef RS_HINT_H
#define RS_HINT_H

#include "command/list/change.h"
#include "lib/base/arena.h"

/*
 * "rootscope permit", and the options that lead to a target that is not the machine's: folders, the
 * list, and whether it is written. For a subcommand with RS_ROWS_CHANGE.
 */
const char *rs_hint_command(rs_arena *arena, const rs_change_target *target,
                            const char *subcommand);

/* The same for `compile`: "FILE" stands for the list of other folders, if nothing names it. */
const char *rs_hint_compile(rs_arena *arena, const rs_change_target *target);

/* "rootscope compile --check", which writes nothing. */
const char *rs_hint_check(rs_arena *arena, const rs_change_target *target);

/*
 * The target of a compiled list. Where its sources are is known for that of the machine alone: for
 * others, "DIR" stands for a folder that is not named (NULL).
 */
rs_change_target rs_hint_target(const char *list, const char *shipped, const char *local);

#endif
