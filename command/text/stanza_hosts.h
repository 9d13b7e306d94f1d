/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The host rules of a compiled stanza as lines of a list source: one line where several forms
 * say the same.
 */
#ifndef RS_HOST_RULES_H
#define RS_HOST_RULES_H

#include "command/text/rule_printer.h"
#include "lib/image/image.h"

/* The part of rs_rules_each that is about hosts, with the same results. */
bool rs_host_rules_each(const rs_stanza *stanza, const rs_rule_printer *out);

#endif
