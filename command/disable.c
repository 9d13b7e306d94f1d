/* SPDX-License-Identifier: Apache-2.0 */
#include "command/command.h"
#include "command/enable/machine.h"
#include "command/enable/service.h"

static int run(int argc, char **argv)
{
    static const rs_target_work work = {rs_machine_disable, rs_service_disable};
    return rs_target_run(&rs_command_disable, argc, argv, &work);
}

const rs_subcommand rs_command_disable = {
    .name = "disable",
    .summary = "take back what `enable` changed",
    .usage = "Usage: rootscope disable [--dry-run] [--root DIR] [--config FILE]\n"
             "                         [--service UNIT]...\n"
             "\n"
             "Takes the lines that `rootscope enable` added out of OpenSSL's configuration,\n"
             "and names the processes to restart. All other lines stay as they are.\n",
    .options = rs_target_disable_options,
    .run = run,
};
