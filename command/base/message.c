/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/message.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

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

int rs_message_usage(const rs_command *command, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    print_message("", format, arguments);
    va_end(arguments);
    fprintf(stderr, "Try 'rootscope help %s'.\n", command->name);
    return RS_EXIT_ERROR;
}

int rs_message_option(const rs_command *command, int result, char *const *argv)
{
    /* getopt leaves a short option in optopt, and a long one where it stopped in argv. */
    const char *given = argv[optind - 1];
    bool is_long = given[0] == '-' && given[1] == '-';
    const char *what = result == ':' ? "option needs a value" : "unknown option";
    if (is_long)
        return rs_message_usage(command, "%s: %s", what, given);
    return rs_message_usage(command, "%s: -%c", what, optopt);
}

int rs_message_help(const rs_command *command)
{
    fputs(command->help, stdout);
    return RS_EXIT_OK;
}

static void print_diagnostic(const rs_diagnostic *diagnostic)
{
    fprintf(stderr, "%s:", diagnostic->file);
    if (diagnostic->line != 0)
        fprintf(stderr, "%u:", diagnostic->line);
    if (diagnostic->line != 0 && diagnostic->column != 0)
        fprintf(stderr, "%u:", diagnostic->column);
    fprintf(stderr, " %s: %s\n", rs_severity_word(diagnostic->severity), diagnostic->text);
}

void rs_message_diagnostics(const rs_diagnostics *diagnostics, rs_severity least)
{
    for (size_t i = 0; i < diagnostics->count; i++)
        if (diagnostics->items[i].severity <= least)
            print_diagnostic(&diagnostics->items[i]);
    if (diagnostics->incomplete)
        rs_message_error("more was found than is shown");
}

void *rs_message_need(void *pointer)
{
    if (pointer == NULL) {
        rs_message_error("out of memory");
        exit(RS_EXIT_ERROR);
    }
    return pointer;
}
