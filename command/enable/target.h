/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `rootscope enable` and `rootscope disable` work on, and the options that say so.
 */
#ifndef RS_ENABLE_TARGET_H
#define RS_ENABLE_TARGET_H

#include "command/base/options.h"

typedef struct rs_target {
    const char *root;   /* becomes this process's root directory; NULL: none */
    const char *config; /* NULL: the file that every application reads */
    const char *module; /* absolute */
    const char *list;   /* absolute; NULL: the module's default */
    rs_words services;  /* units of systemd; none: the whole machine */
    bool dry_run, all_libraries;
} rs_target;

/* Each of them, for one kind of target, returns an exit status after its messages. */
typedef struct rs_target_work {
    int (*machine)(const rs_target *);
    int (*service)(const rs_target *, const char *unit);
    int (*libraries)(const rs_target *); /* the trust store */
} rs_target_work;

/*
 * Reads the command line by one of the tables below, and does the work. Before that, it changes the
 * root directory if it is told to, and forgets the variables of the environment that a daemon does
 * not have. Returns the exit status.
 */
int rs_target_run(const rs_subcommand *command, int argc, char **argv, const rs_target_work *work);

/*
 * A new machine has the sources of its list only, and without a list everything would be refused:
 * compiles them if `target` takes the machine's list and there is none. Returns false after a
 * message. Writes nothing in a dry run, or if there are no sources.
 */
bool rs_target_make_list(const rs_target *target);

/* Rows of a table of options. */
extern const rs_option rs_target_enable_options[], rs_target_disable_options[];

#endif
