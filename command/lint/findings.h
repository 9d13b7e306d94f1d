/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `rootscope lint` finds in list sources: most likely mistakes, and how to mend each.
 */
#ifndef RS_LINT_FINDINGS_H
#define RS_LINT_FINDINGS_H

#include "command/list/change.h"
#include "lib/base/arena.h"

#include <jansson.h>

/* Texts are on the findings' arena and fit for a terminal. */
typedef struct rs_lint_finding {
    const char *id;   /* a static word with hyphens, for programs; keeps its meaning */
    const char *file; /* of a source or a certificate; NULL: none */
    uint32_t line;    /* in the file, from 1; 0: the whole file */
    const char *text;
    const char *fix; /* a command line, ready to paste; NULL: no command can do it */
    struct rs_lint_finding *next;
} rs_lint_finding;

/* All zero is none. */
typedef struct rs_lint_findings {
    rs_change_target target; /* of the commands; all zero: the machine's */
    rs_arena arena;
    rs_lint_finding *first, *last;
    size_t count;
} rs_lint_findings;

/* Adds a finding. File and fix are copied. Exits if memory runs out. */
void rs_lint_findings_add(rs_lint_findings *all, const char *id, const char *file, uint32_t line,
                          const char *fix, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

/* Sorts them by file and line; those of a line stay as they came. */
void rs_lint_findings_sort(rs_lint_findings *all);

/* Prints each on standard output: `FILE:LINE: warning: TEXT [ID]`, and the fix below. */
void rs_lint_findings_print(const rs_lint_findings *all);

/* The same for programs. The caller owns the array. */
json_t *rs_lint_findings_json(const rs_lint_findings *all);

void rs_lint_findings_clear(rs_lint_findings *all);

#endif
