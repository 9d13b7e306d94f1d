/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text on a terminal that is drawn anew in its place, no higher than the terminal. Elsewhere it is
 * printed as it comes.
 */
#ifndef RS_SCREEN_H
#define RS_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* All zero but `is_redrawn` is nothing drawn yet. */
typedef struct rs_screen {
    bool is_redrawn; /* standard output is a terminal, and what is printed replaces itself */
    size_t lines;    /* that stand there now */
    FILE *terminal;  /* standard output while something is drawn */
    char *text;      /* what is to be drawn */
    size_t size;     /* of it */
} rs_screen;

/* Between these two, what is printed on `stdout` is held back, and then replaces what was there. */
void rs_screen_begin(rs_screen *screen);
void rs_screen_end(rs_screen *screen);

/* Removes what was drawn last, so that the whole can follow. */
void rs_screen_finish(rs_screen *screen);

#endif
