/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/start.h"

#include "command/base/exit_status.h"
#include "command/base/message.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A file that is opened while 0, 1 or 2 is closed gets that number, and would get our messages. */
static void occupy_standard_descriptors(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) == -1 && errno == EBADF)
            (void)open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
}

int rs_start_main(int argc, char **argv, int (*dispatch)(int argc, char **argv))
{
    occupy_standard_descriptors();
    int status = dispatch(argc, argv);
    bool failed = ferror(stdout) != 0;
    if (fclose(stdout) != 0 || failed) {
        rs_message_error("cannot write to standard output: %s", strerror(errno));
        return RS_EXIT_ERROR;
    }
    return status;
}

int rs_start_subcommand(const rs_subcommand *command, int argc, char **argv)
{
    /* A list that this machine's openssl.cnf puts in force must not restrict the command. */
    if (!command->loads_config && OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) != 1) {
        rs_message_error("cannot initialise OpenSSL");
        return RS_EXIT_ERROR;
    }
    return command->run(argc, argv);
}

const rs_subcommand *rs_start_find(const rs_subcommand *const *commands, size_t count,
                                   const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(commands[i]->name, name) == 0)
            return commands[i];
    return NULL;
}
