/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands after `permit`, `exclude` or `organization`, as rules.
 */
#ifndef RS_RULE_H
#define RS_RULE_H

#include "lib/compiler/lexer.h"
#include "lib/compiler/list.h"

/*
 * Reads a `permit` or `exclude` line's word: `[form:]value`.
 *
 * `place` is that of the line. Returns how many rules it makes, 1, or 2 for `ip:*`; their values'
 * bytes are in `value`, to be kept by the caller. 0 if the word is wrong, which is then reported.
 */
size_t rs_rule_read(const rs_place *place, const rs_word *word, rs_polarity polarity,
                    rs_rule rules[2], uint8_t value[RS_RULE_VALUE_MAX]);

/* The same for an `organization` line's word, which makes one rule. */
size_t rs_rule_read_organization(const rs_place *place, const rs_word *word, rs_rule *rule,
                                 uint8_t value[RS_RULE_VALUE_MAX]);

#endif
