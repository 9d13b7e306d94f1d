/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the main functions of both executables have in common.
 */
#ifndef RS_START_H
#define RS_START_H

#include "command/base/subcommand.h"

/*
 * Runs `dispatch` with descriptors 0, 1 and 2 open. Returns the exit status of the process: that of
 * `dispatch`, or RS_EXIT_ERROR after a message when standard output took not all of the answer.
 */
int rs_start_main(int argc, char **argv, int (*dispatch)(int argc, char **argv));

/* Runs a subcommand. argv[0] is its name. Returns the exit status. */
int rs_start_subcommand(const rs_subcommand *command, int argc, char **argv);

/* The subcommand of that name; NULL: none of them. */
const rs_subcommand *rs_start_find(const rs_subcommand *const *commands, size_t count,
                                   const char *name);

#endif
