/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules about hosts, in one host-bearing form or in all of them.
 */
#ifndef RS_HOST_RULE_H
#define RS_HOST_RULE_H

#include "lib/compiler/diagnostics.h"
#include "lib/compiler/list.h"

/*
 * Reads what follows `form:`, or a suffix without a form, into the fields `self`, `below` and
 * `value` of a rule whose others are set, the value's bytes into `value` (RS_RULE_VALUE_MAX).
 *
 * `x` is the host x, with all below it if rs_form_rule_cover says so of the form, and in a rule
 * for all forms; `.x` is only what is below; `*` is any host. Of e-mail, `local@x` is one mailbox,
 * which makes the rule one of RS_RULE_MAILBOX.
 *
 * Returns false if the text is wrong, which is then reported.
 */
bool rs_host_rule_read(const rs_place *place, rs_bytes text, rs_rule *rule, uint8_t *value);

#endif
