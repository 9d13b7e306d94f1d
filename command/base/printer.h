/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints lines for people on standard output. On a terminal they are coloured and cut to its width,
 * but for what people copy; elsewhere they are plain ASCII and whole. Texts must be printable
 * (text.h).
 */
#ifndef RS_PRINTER_H
#define RS_PRINTER_H

#include "lib/base/arena.h"

typedef enum rs_colour {
    RS_PLAIN,
    RS_BOLD,
    RS_GREEN,
    RS_YELLOW,
    RS_RED,
} rs_colour;

typedef struct rs_printer {
    bool is_terminal; /* allows characters beyond ASCII */
    bool has_colours; /* see terminal.h */
    size_t width;     /* columns of the terminal; SIZE_MAX: no limit */
    rs_arena arena;   /* has the texts that the functions make; the caller clears it */
} rs_printer;

/* Returns a printer for standard output, which is a terminal or not. */
rs_printer rs_printer_of_output(void);

/* Prints one line, cut with an ellipsis at the terminal's width. */
void rs_printer_line(const rs_printer *printer, rs_colour colour, const char *text);

/* Prints one line that has a command. It is never cut. */
void rs_printer_command(const char *text);

/* Counts the characters of valid UTF-8. Each counts as one column. */
size_t rs_printer_columns(const char *text);

/* "1 chain", "2,000 chains": on the arena. */
const char *rs_printer_counted(rs_printer *printer, uint64_t n, const char *what);

/*
 * Returns a bar of RS_PRINTER_BAR columns and two blanks, on the arena. It shows `part` of `whole`:
 * at least a little if there is any, and at most all. Returns "" if the output is not a terminal,
 * where programs read the numbers.
 */
enum { RS_PRINTER_BAR = 10 };
const char *rs_printer_bar(rs_printer *printer, uint64_t part, uint64_t whole);

#endif
