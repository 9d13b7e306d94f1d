/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a command line by the table of a subcommand's options, and prints the table as help.
 */
#ifndef RS_OPTIONS_H
#define RS_OPTIONS_H

#include "command/base/subcommand.h"

#include <stdint.h>

/* Words of the command line, ended by NULL, which is not counted. */
typedef struct rs_words {
    char **items;
    size_t count;
    uint32_t given; /* of arguments: which options stood beside them, a bit for each row */
} rs_words;

/*
 * Reads the options into `options`, the subcommand's own struct, and points `arguments` at the
 * words that are left. `--help` is in every table by itself. Returns RS_OPTIONS_READ, or the exit
 * status after `--help` or a message.
 */
enum { RS_OPTIONS_READ = -1 };
int rs_options_read(const rs_subcommand *command, int argc, char **argv, void *options,
                    rs_words *arguments);

/*
 * Refuses the options that were given and are not among `names`, which NULL ends: they have no
 * meaning `where`, such as "with --processes". `arguments` are those of rs_options_read. Returns
 * RS_OPTIONS_READ, or the exit status after a message.
 */
int rs_options_only(const rs_subcommand *command, const rs_words *arguments,
                    const char *const *names, const char *where);

/* Prints the subcommand's help on standard output, as the answer. Returns RS_EXIT_OK. */
int rs_options_help(const rs_subcommand *command);

/* What `take` of a row may be. The text lives as long as the command line. */
const char *rs_option_flag(void *into, const char *value); /* bool, becomes true */
const char *rs_option_text(void *into, const char *value); /* const char *; the last one counts */
/* rs_words: every value is appended. `items` must have room for all words of the command line. */
const char *rs_option_words(void *into, const char *value);

#endif
