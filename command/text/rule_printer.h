/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where the lines of a compiled stanza go, one by one.
 */
#ifndef RS_RULE_PRINTER_H
#define RS_RULE_PRINTER_H

#include "lib/base/arena.h"

typedef enum rs_rule_word {
    RS_WORD_PERMIT,
    RS_WORD_EXCLUDE,
    RS_WORD_ORGANIZATION,
    RS_RULE_WORDS
} rs_rule_word;

/* `value` as it would stand in a source, quotes included, fit for a terminal. */
typedef void (*rs_rule_line_fn)(void *arg, rs_rule_word word, const char *value);

/* Where the lines go; the values live on the arena. */
typedef struct rs_rule_printer {
    rs_arena *arena;
    rs_rule_line_fn each;
    void *arg;
} rs_rule_printer;

#endif
