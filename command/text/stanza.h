/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A compiled stanza turned back into lines of a list source.
 */
#ifndef RS_RULES_H
#define RS_RULES_H

#include "lib/base/arena.h"
#include "lib/image/image.h"

typedef enum rs_rule_word {
    RS_WORD_PERMIT,
    RS_WORD_EXCLUDE,
    RS_WORD_ORGANIZATION,
    RS_RULE_WORDS
} rs_rule_word;

/* "permit", "exclude" or "organization". */
const char *rs_rule_word_text(rs_rule_word word);

/* `value` as it would stand in a source, quotes included, fit for a terminal. */
typedef void (*rs_rule_line_fn)(void *arg, rs_rule_word word, const char *value);

/* Where the lines go; the values live on the arena. */
typedef struct rs_rule_printer {
    rs_arena *arena;
    rs_rule_line_fn each;
    void *arg;
} rs_rule_printer;

/*
 * Calls `each` for every rule of a stanza, in an order that depends on the rules alone: hosts,
 * mailboxes, addresses, common names, distinguished names, other names, organisations. Suffixes
 * are in lower case, addresses joined where they touch, and names folded, as they are compared.
 *
 * Returns false if the stanza cannot be turned back: its image is intact but not of our making.
 * Exits if there is no memory.
 */
bool rs_rules_each(const rs_stanza *stanza, const rs_rule_printer *out);

#endif
