/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text that replaces itself on a terminal, no higher than the terminal. Elsewhere it is printed
 * directly.
 */
#ifndef RS_SCREEN_H
#define RS_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* All zero but `is_redrawn` is nothing drawn yet. */
typedef struct rs_screen {
    bool is_redrawn; /* standard output is a terminal, where a text replaces the one before */
    size_t lines;    /* on the terminal now */
    FILE *terminal;  /* standard output while something is drawn */
    char *text;      /* what is to be drawn */
    size_t size;     /* of it */
} rs_screen;

/* Text that is printed on `stdout` between these two replaces the text before, at the second. */
void rs_screen_begin(rs_screen *screen);
void rs_screen_end(rs_screen *screen);

/* Removes the text that was drawn last. */
void rs_screen_finish(rs_screen *screen);

#endif
