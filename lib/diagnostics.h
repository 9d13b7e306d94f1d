/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is wrong with a list source, and where: `file:line:column: what is wrong; what was
 * expected`. All of a run are collected; the caller prints them.
 */
#ifndef RS_DIAGNOSTICS_H
#define RS_DIAGNOSTICS_H

#include "arena.h"

#include <stdarg.h>

typedef enum rs_severity {
    RS_ERROR,   /* nothing may be written */
    RS_WARNING, /* most likely a mistake */
    RS_NOTE,    /* done as asked, worth knowing */
} rs_severity;

typedef struct rs_diagnostic {
    rs_severity severity;
    const char *file;
    uint32_t line;   /* from 1; 0: the whole file */
    uint32_t column; /* in bytes, from 1; 0: the whole line */
    const char *text;
} rs_diagnostic;

typedef struct rs_diagnostics {
    rs_arena arena;
    rs_diagnostic *items;
    size_t count, capacity;
    size_t errors;   /* how many of the items are errors, and those that were not kept */
    bool incomplete; /* some were not kept: past RS_DIAGNOSTICS_MAX, or no memory */
} rs_diagnostics;

#define RS_DIAGNOSTICS_MAX 1000

/* All zero starts it. The strings are copied. Never fails: without memory it counts only. */
void rs_diagnostics_add(rs_diagnostics *all, rs_severity severity, const char *file, uint32_t line,
                        uint32_t column, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

void rs_diagnostics_clear(rs_diagnostics *all);

/* "error", "warning" or "note". */
const char *rs_severity_word(rs_severity severity);

#endif
