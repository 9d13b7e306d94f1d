/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the command says on standard error. Standard output is for the answer alone.
 */
#ifndef RS_MESSAGE_H
#define RS_MESSAGE_H

#include "command/command.h"
#include "lib/compiler/diagnostics.h"

/* `rootscope: ` and the message on a line of its own. */
void rs_message_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void rs_message_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same with a pointer to the subcommand's help; returns RS_EXIT_ERROR. */
int rs_message_usage(const rs_command *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The subcommand's help on standard output, as the answer; returns RS_EXIT_OK. */
int rs_message_help(const rs_command *command);

/* What getopt_long refused: its result is `?` or `:`. Returns RS_EXIT_ERROR. */
int rs_message_option(const rs_command *command, int result, char *const *argv);

/* Every diagnostic of at least this severity as `file:line:column: severity: text`. */
void rs_message_diagnostics(const rs_diagnostics *diagnostics, rs_severity least);

/*
 * The pointer, if it is not NULL; otherwise it says that memory ran out and exits. Not to be used
 * while a file that should not stay behind exists.
 */
void *rs_message_need(void *pointer);

#endif
