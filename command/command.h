/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The subcommands of `rootscope`: one file each, listed in main.c. Those of the second executable
 * are in analysis.h.
 */
#ifndef RS_COMMAND_H
#define RS_COMMAND_H

#include "command/base/exit_status.h"
#include "command/base/subcommand.h"

extern const rs_subcommand rs_command_add;
extern const rs_subcommand rs_command_check;
extern const rs_subcommand rs_command_compile;
extern const rs_subcommand rs_command_diff;
extern const rs_subcommand rs_command_disable;
extern const rs_subcommand rs_command_edit;
extern const rs_subcommand rs_command_enable;
extern const rs_subcommand rs_command_exclude;
extern const rs_subcommand rs_command_export;
extern const rs_subcommand rs_command_import;
extern const rs_subcommand rs_command_lint;
extern const rs_subcommand rs_command_permit;
extern const rs_subcommand rs_command_probe;
extern const rs_subcommand rs_command_remove;
extern const rs_subcommand rs_command_set_mode;
extern const rs_subcommand rs_command_show;
extern const rs_subcommand rs_command_status;
extern const rs_subcommand rs_command_trust;
extern const rs_subcommand rs_command_untrust;

#endif
