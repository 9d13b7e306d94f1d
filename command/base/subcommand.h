/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A subcommand of `rootscope` and its options. A row of the table is all that describes an option:
 * options.h reads the command line by it and prints the help from it. Completion and the
 * manual have the options from that help.
 */
#ifndef RS_SUBCOMMAND_H
#define RS_SUBCOMMAND_H

#include <stdbool.h>
#include <stddef.h>

typedef struct rs_option {
    const char *name; /* without the dashes; NULL ends a table */
    char letter;      /* the short form, which every subcommand uses for the same name; 0: none */
    /* What the help calls the value; NULL: the option takes none. Completion offers files for
     * FILE, folders for DIR, and the words of `one|two`. */
    const char *argument;
    const char *help; /* a sentence without its end; NULL: another spelling, not in the help */
    /* Stores the value, which is NULL for an option without one. Returns NULL, or what the value
     * must be. */
    const char *(*take)(void *into, const char *value);
    size_t offset; /* in the subcommand's own struct of options: what `into` points to */
} rs_option;

typedef struct rs_subcommand {
    const char *name;
    const char *summary; /* one line of `rootscope --help`; NULL: the overview omits it */
    const char *usage;   /* the help up to the options */
    const rs_option *options;
    const char *notes;  /* the help after the options; NULL: nothing */
    bool options_first; /* the first argument ends the options */
    int usage_status;   /* exit status of wrong usage; 0: RS_EXIT_ERROR */
    bool loads_config;  /* OpenSSL's configuration, by itself; the others never load it */
    /* argv[0] is the subcommand's name. Returns an exit status. */
    int (*run)(int argc, char **argv);
} rs_subcommand;

#endif
