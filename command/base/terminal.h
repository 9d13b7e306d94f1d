/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a terminal can show, by the environment.
 */
#ifndef RS_TERMINAL_H
#define RS_TERMINAL_H

#include <stdbool.h>

/* Whether the descriptor is a terminal that moves its cursor: TERM is set, and is not "dumb". */
bool rs_terminal_moves(int fd);

/* Whether it also shows colours: NO_COLOR is unset or empty. */
bool rs_terminal_has_colours(int fd);

#endif
