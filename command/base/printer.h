/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of text for people on standard output: in colour and cut to the width on a terminal, plain
 * ASCII and whole elsewhere. Texts must be fit for a terminal already (text.h).
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
    bool is_terminal; /* colours, and characters beyond ASCII of our own */
    size_t width;     /* columns of the terminal; SIZE_MAX: no limit */
    rs_arena arena;   /* for the texts that the functions make; whoever prints clears it */
} rs_printer;

/* A printer for standard output as it is: a terminal or not. */
rs_printer rs_printer_of_output(void);

/* One line, cut off with an ellipsis at the terminal's width. */
void rs_printer_line(const rs_printer *printer, rs_colour colour, const char *text);

/* Characters of valid UTF-8, each of which is taken for one column. */
size_t rs_printer_columns(const char *text);

/* "1 chain", "2,000 chains": on the arena. */
const char *rs_printer_counted(rs_printer *printer, uint64_t n, const char *what);

/*
 * So much of a whole as a bar of RS_PRINTER_BAR columns, blanks included, and two blanks behind it:
 * on the arena. Something is shown even for little, and no more than all for more than the whole.
 * Nothing ("") where the output is no terminal: there, numbers are for programs to read.
 */
enum { RS_PRINTER_BAR = 10 };
const char *rs_printer_bar(rs_printer *printer, uint64_t part, uint64_t whole);

#endif
