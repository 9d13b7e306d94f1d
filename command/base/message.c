/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/message.h"

#include "command/base/exit_status.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void print_message(const char *kind, const char *format, va_list arguments)
{
    fprintf(stderr, "rootscope: %s", kind);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
}

void rs_message_error(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_message("", format, arguments);
    va_end(arguments);
}

void rs_message_warning(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_message("warning: ", format, arguments);
    va_end(arguments);
}

int rs_message_usage(const rs_subcommand *command, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_message("", format, arguments);
    va_end(arguments);
    fprintf(stderr, "Try 'rootscope help %s'.\n", command->name);
    return command->usage_status == 0 ? RS_EXIT_ERROR : command->usage_status;
}

bool rs_message_file(const char *path, int error)
{
    bool for_root = (error == EACCES || error == EPERM) && geteuid() != 0;
    rs_message_error("%s: %s%s", path, strerror(error), for_root ? "; run this as root" : "");
    return false;
}

void *rs_message_need(void *pointer)
{
    if (pointer == NULL) {
        rs_message_error("out of memory");
        exit(RS_EXIT_ERROR);
    }
    return pointer;
}
