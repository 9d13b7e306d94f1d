/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules about hosts: a suffix for any host-bearing form, and the constraints of RFC 5280 for URIs
 * and e-mail.
 *
 * Each reads the text that follows `form:` into the fields `self`, `below` and `value` of a rule
 * whose others are set, the value's bytes into `value` (RS_RULE_VALUE_MAX of them). False if the
 * text is wrong, which is then reported.
 */
#ifndef RS_HOST_RULE_H
#define RS_HOST_RULE_H

#include "lib/compiler/diagnostics.h"
#include "lib/compiler/list.h"

/* `x`: x and every host below; `.x`: only those below; `*`: any. */
bool rs_host_rule_read_suffix(const rs_place *place, rs_bytes text, rs_rule *rule, uint8_t *value);

/* RFC 5280, 4.2.1.10: `x`: this host only; `.x`: only those below; and `*`: any. */
bool rs_host_rule_read_exact(const rs_place *place, rs_bytes text, rs_rule *rule, uint8_t *value);

/* The same, and `local@x`: this mailbox only, which makes the rule one of RS_RULE_MAILBOX. */
bool rs_host_rule_read_email(const rs_place *place, rs_bytes text, rs_rule *rule, uint8_t *value);

#endif
