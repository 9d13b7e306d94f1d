/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the subcommands `permit` and `exclude` share: all but a word.
 */
#ifndef RS_NAME_COMMAND_H
#define RS_NAME_COMMAND_H

#include "command/base/subcommand.h"
#include "lib/compiler/list.h"

extern const rs_option rs_name_command_options[];

/* `run` of the subcommand. */
int rs_name_command_run(const rs_subcommand *self, rs_polarity polarity, int argc, char **argv);

#endif
