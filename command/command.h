/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A subcommand of `rootscope`: one file each, listed in main.c.
 */
#ifndef RS_COMMAND_H
#define RS_COMMAND_H

#include <stdbool.h>

/* Exit statuses of the whole command. */
enum {
    RS_EXIT_OK = 0,
    RS_EXIT_DENIED = 1, /* `check`: the chain is outside its root's scope */
    RS_EXIT_PARTLY = 1, /* `export`: something of it cannot be expressed */
    RS_EXIT_ERROR = 2,  /* bad usage, bad input, or the answer could not be given */
};

typedef struct rs_command {
    const char *name;
    const char *summary; /* one line of `rootscope --help`; NULL: not for people, not there */
    const char *help;    /* all of `rootscope help NAME` */
    bool starts_openssl; /* by itself; else it is started without a configuration */
    /* argv[0] is the subcommand's name. Returns an exit status. */
    int (*run)(int argc, char **argv);
} rs_command;

extern const rs_command rs_command_add;
extern const rs_command rs_command_check;
extern const rs_command rs_command_compile;
extern const rs_command rs_command_export;
extern const rs_command rs_command_import;
extern const rs_command rs_command_probe;
extern const rs_command rs_command_report;
extern const rs_command rs_command_set_mode;
extern const rs_command rs_command_show;
extern const rs_command rs_command_status;

#endif
