/* SPDX-License-Identifier: Apache-2.0 */
#include "command/command.h"
#include "command/enable/machine.h"
#include "command/enable/service.h"
#include "command/libraries/libraries.h"

static int libraries(const rs_target *target)
{
    const rs_libraries_work work = {.in_root = target->root != NULL, .dry_run = target->dry_run};
    return rs_libraries_disable(&work);
}

static int run(int argc, char **argv)
{
    static const rs_target_work work = {rs_machine_disable, rs_service_disable, libraries};
    return rs_target_run(&rs_command_disable, argc, argv, &work);
}

const rs_subcommand rs_command_disable = {
    .name = "disable",
    .summary = "take back what `enable` changed",
    .usage = "Usage: rootscope disable [--dry-run] [--root DIR] [--config FILE]\n"
             "                         [--service UNIT]...\n"
             "       rootscope disable --all-libraries [--dry-run] [--root DIR]\n"
             "\n"
             "Takes the lines that `rootscope enable` added out of OpenSSL's configuration,\n"
             "and names the processes to restart. All other lines stay as they are.\n"
             "\n"
             "With --all-libraries, gives the trust store back byte for byte as\n"
             "update-ca-certificates left it.\n",
    .options = rs_target_disable_options,
    .run = run,
};
