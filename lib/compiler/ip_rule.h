/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules about IP addresses.
 */
#ifndef RS_IP_RULE_H
#define RS_IP_RULE_H

#include "lib/compiler/diagnostics.h"
#include "lib/compiler/list.h"

/*
 * Reads the text that follows `ip:`, an address, `ADDRESS/LENGTH` or `*`, into one rule, or two
 * for `*`, whose other fields are set in rules[0]. The values' bytes go to `value`
 * (RS_RULE_VALUE_MAX of them). Returns how many rules; 0 if the text is wrong, which is then
 * reported.
 */
size_t rs_ip_rule_read(const rs_place *place, rs_bytes text, rs_rule rules[2], uint8_t *value);

/* Whether a text is, or starts as, what should have been written with `ip:`. */
bool rs_ip_rule_is_meant(rs_bytes text);

#endif
