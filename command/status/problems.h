/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What `rootscope status` found wrong, and what to do about each.
 */
#ifndef RS_PROBLEMS_H
#define RS_PROBLEMS_H

#include "lib/base/arena.h"

#include <stdbool.h>

typedef enum rs_weight {
    RS_FINE,       /* nothing was found */
    RS_DOUBTFUL,   /* guarded, but somebody should look */
    RS_NOT_GUARDED /* certificates outside their scope are accepted, or nothing works */
} rs_weight;

typedef struct rs_problem {
    rs_weight weight;
    const char *id;  /* a static word with hyphens, for programs; keeps its meaning */
    const char *fix; /* what to do next */
    const char *text;
    struct rs_problem *next;
} rs_problem;

/* All zero is none. Texts are on the arena. */
typedef struct rs_problems {
    rs_arena arena;
    rs_problem *first, *last;
    rs_weight worst;
} rs_problems;

/* The fix is copied. What comes from files is made fit for a terminal. Exits without memory. */
void rs_problems_add(rs_problems *problems, rs_weight weight, const char *id, const char *fix,
                     const char *format, ...) __attribute__((format(printf, 5, 6)));

bool rs_problems_have(const rs_problems *problems, const char *id);

/* "guarded", "warning" or "not guarded". */
const char *rs_weight_word(rs_weight weight);

void rs_problems_clear(rs_problems *problems);

#endif
