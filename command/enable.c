/* SPDX-License-Identifier: Apache-2.0 */
#include "command/command.h"
#include "command/enable/machine.h"
#include "command/enable/service.h"
#include "command/libraries/libraries.h"

static int libraries(const rs_target *target)
{
    const rs_libraries_work work = {.in_root = target->root != NULL, .dry_run = target->dry_run};
    return rs_libraries_enable(&work);
}

static int run(int argc, char **argv)
{
    static const rs_target_work work = {rs_machine_enable, rs_service_enable, libraries};
    return rs_target_run(&rs_command_enable, argc, argv, &work);
}

const rs_subcommand rs_command_enable = {
    .name = "enable",
    .summary = "switch rootscope on in openssl.cnf, for a service or in the trust store",
    .usage = "Usage: rootscope enable [--dry-run] [--root DIR] [--config FILE]\n"
             "                        [--service UNIT]... [--list FILE] [--module FILE]\n"
             "       rootscope enable --all-libraries [--dry-run] [--root DIR]\n"
             "\n"
             "Adds the lines that load the module to OpenSSL's configuration, and prints them.\n"
             "First tries the new configuration: it must let a good certificate pass and\n"
             "refuse one outside its root's scope; for root, also as the user nobody. Changes\n"
             "nothing if that fails. Everything else in the file keeps its meaning.\n"
             "\n"
             "With --service, leaves the machine's configuration as it is. Gives the service a\n"
             "configuration of its own, and has it refuse to start if that does not guard.\n"
             "\n"
             "With --all-libraries, replaces each root of the trust store that the list limits\n"
             "by its twin with name constraints (see rootscope export bundle), now and after\n"
             "each run of update-ca-certificates: for programs with GnuTLS or in Go. First has\n"
             "openssl and certtool try that they refuse what is outside.\n",
    .options = rs_target_enable_options,
    .notes = "`rootscope disable` takes back what it changed.\n",
    .run = run,
};
