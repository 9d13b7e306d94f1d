/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a rule makes another one superfluous.
 */
#ifndef RS_RULE_COVER_H
#define RS_RULE_COVER_H

#include "lib/compiler/list.h"

/*
 * Whether every name that `narrow` is about is one that `wide` is about, whatever the two do with
 * it. It may say no where that is true: it compares rules of one kind only.
 */
bool rs_rule_covers(const rs_rule *wide, const rs_rule *narrow);

#endif
