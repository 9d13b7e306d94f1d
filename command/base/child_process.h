/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a program to its end or a deadline, and keeps its output.
 */
#ifndef RS_CHILD_PROCESS_H
#define RS_CHILD_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum rs_child_end {
    RS_CHILD_EXITED,    /* `code` is its exit status */
    RS_CHILD_KILLED,    /* `code` is the signal */
    RS_CHILD_TIMED_OUT, /* it was killed by us */
    RS_CHILD_NOT_RUN    /* `code` is the errno of what failed */
} rs_child_end;

/* A variable of the environment; value NULL: it is removed. */
typedef struct rs_child_variable {
    const char *name, *value;
} rs_child_variable;

typedef struct rs_child {
    char *const *argv;                    /* ended by NULL */
    const char *file;                     /* what to execute; NULL: argv[0], looked up in PATH */
    const rs_child_variable *environment; /* changes, ended by a NULL name; NULL: none */
    int seconds;                          /* the deadline */
    bool join_errors; /* standard error goes where standard output goes; else to /dev/null */
} rs_child;

typedef struct rs_child_result {
    rs_child_end end;
    int code;
    size_t length;    /* of the output, without its NUL */
    bool cut;         /* there was more output */
    char text[65536]; /* the output, NUL-terminated */
} rs_child_result;

/*
 * Runs it with standard input from /dev/null, in a process group of its own, all of which is
 * killed at the deadline. One at a time: it is the temporary folder's child 0.
 */
void rs_child_run(const rs_child *child, rs_child_result *result);

#endif
