/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages on standard error. Standard output is for the answer alone.
 *
 * Each message is one line. Names of files may be in it as they are: whatever the values have, the
 * line is printable (printable.h).
 */
#ifndef RS_MESSAGE_H
#define RS_MESSAGE_H

#include "command/base/subcommand.h"

/* Prints `rootscope: ` and the message on a line of its own. */
void rs_message_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void rs_message_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Prints a message about a place in a source, which the line starts with. */
void rs_message_place(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Prints on standard output what was done or would be done, where that is the answer. */
void rs_message_done(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* An error, and how to get the subcommand's help. Returns its exit status of wrong usage. */
int rs_message_usage(const rs_subcommand *command, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Prints why the system refused to change a file, and tells an ordinary user what to do if only
 * root may. Returns false.
 */
bool rs_message_file(const char *path, int error);

/*
 * Returns the pointer. If it is NULL, prints "out of memory" and exits. Do not use it while a file
 * exists that must not stay behind.
 */
void *rs_message_need(void *pointer);

#endif
