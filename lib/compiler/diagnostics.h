/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is wrong with a list source, and where: `file:line:column: what is wrong; what was
 * expected`. All of a run are collected; the caller prints them.
 */
#ifndef RS_DIAGNOSTICS_H
#define RS_DIAGNOSTICS_H

#include "lib/base/arena.h"

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

#define RS_DIAGNOSTICS_MAX 1000

typedef struct rs_diagnostics {
    rs_arena arena;
    rs_diagnostic *items; /* room for RS_DIAGNOSTICS_MAX, taken with the first */
    size_t count;
    size_t errors;   /* how many of the items are errors, and those that were not kept */
    bool incomplete; /* some were not kept: past RS_DIAGNOSTICS_MAX, or no memory */
} rs_diagnostics;

/* All zero starts it. The strings are copied. Never fails: without memory it counts only. */
void rs_diagnostics_add(rs_diagnostics *all, rs_severity severity, const char *file, uint32_t line,
                        uint32_t column, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

/* Frees; it is all zero again, and what it had must not be used any more. */
void rs_diagnostics_clear(rs_diagnostics *all);

/* "error", "warning" or "note". */
const char *rs_severity_word(rs_severity severity);

/* Where in a source a text stands, for who reads that text. */
typedef struct rs_place {
    rs_diagnostics *diagnostics;
    const char *file;
    uint32_t line;
    uint32_t column; /* of the text's first byte */
    bool fixed;      /* the text had escapes: columns within it are unknown */
} rs_place;

/* Adds an error, or a warning, at the text's byte number `offset` (from 0). */
void rs_place_error(const rs_place *place, size_t offset, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void rs_place_warning(const rs_place *place, size_t offset, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Input made fit for a message: rs_quote(text).text is good until the end of the expression. */
typedef struct rs_quoted {
    char text[128];
} rs_quoted;

/*
 * Control characters and what is not UTF-8 become `\xNN`; what is too long for a message ends in
 * `...`. No quotation marks are added.
 */
rs_quoted rs_quote(rs_bytes text);

#endif
