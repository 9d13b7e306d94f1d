/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A compiled stanza turned back into lines of a list source.
 */
#ifndef RS_RULES_H
#define RS_RULES_H

#include "command/text/rule_printer.h"
#include "lib/image/image.h"

/* "permit", "exclude" or "organization". */
const char *rs_rule_word_text(rs_rule_word word);

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
