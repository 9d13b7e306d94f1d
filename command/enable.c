/* SPDX-License-Identifier: Apache-2.0 */
#include "command/command.h"
#include "command/enable/machine.h"
#include "command/enable/service.h"

static int run(int argc, char **argv)
{
    static const rs_target_work work = {rs_machine_enable, rs_service_enable};
    return rs_target_run(&rs_command_enable, argc, argv, &work);
}

const rs_subcommand rs_command_enable = {
    .name = "enable",
    .summary = "switch rootscope on in openssl.cnf, or for one service",
    .usage = "Usage: rootscope enable [--dry-run] [--root DIR] [--config FILE]\n"
             "                        [--service UNIT]... [--list FILE] [--module FILE]\n"
             "\n"
             "Adds the lines that load the module to OpenSSL's configuration, and prints them.\n"
             "First tries the new configuration: it must let a good certificate pass and\n"
             "refuse one outside its root's scope; for root, also as the user nobody. Changes\n"
             "nothing if that fails. Everything else in the file keeps its meaning.\n"
             "\n"
             "With --service, leaves the machine's configuration as it is. Gives the service a\n"
             "configuration of its own, and has it refuse to start if that does not guard.\n",
    .options = rs_target_enable_options,
    .notes = "`rootscope disable` takes the lines back.\n",
    .run = run,
};
