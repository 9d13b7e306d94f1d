/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules for internationalised mail: a SmtpUTF8Mailbox may spell its host in U-labels, and the
 * module cannot convert them. So each rule for e-mail whose host has A-labels gets a companion of
 * the same meaning in U-labels. No source says such a rule, and code that prints a list can tell
 * them by their hosts, which are not ASCII.
 */
#ifndef RS_UNICODE_MAIL_H
#define RS_UNICODE_MAIL_H

#include "lib/compiler/byte_buffer.h"
#include "lib/compiler/list.h"

/* Sets `*rules` and `*count` to the companions of a stanza's rules, on the arena. */
rs_write_status rs_unicode_mail_rules(const rs_list_stanza *stanza, rs_arena *arena,
                                      rs_rule **rules, size_t *count);

#endif
