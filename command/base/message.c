/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/message.h"

#include "command/base/exit_status.h"
#include "command/base/printable.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Without memory, the format stands in for the text. */
static void print_line(FILE *out, const char *start, const char *format, va_list arguments)
{
    char *text = NULL, *line = NULL;
    int length = vasprintf(&text, format, arguments);
    if (length >= 0)
        line = malloc(RS_PRINTABLE_SIZE(length));
    if (line != NULL)
        rs_printable_write(rs_bytes_make(text, (size_t)length), line);
    fprintf(out, "%s%s\n", start, line != NULL ? line : format);
    free(line);
    if (length >= 0)
        free(text);
}

void rs_message_error(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_line(stderr, "rootscope: ", format, arguments);
    va_end(arguments);
}

void rs_message_warning(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_line(stderr, "rootscope: warning: ", format, arguments);
    va_end(arguments);
}

void rs_message_place(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_line(stderr, "", format, arguments);
    va_end(arguments);
}

void rs_message_done(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_line(stdout, "", format, arguments);
    va_end(arguments);
}

int rs_message_usage(const rs_subcommand *command, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_line(stderr, "rootscope: ", format, arguments);
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
