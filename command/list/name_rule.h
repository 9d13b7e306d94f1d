/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A name of the command line as rules: what follows `permit` or `exclude` in a list source, without
 * quotes.
 */
#ifndef RS_NAME_RULE_H
#define RS_NAME_RULE_H

#include "command/base/options.h"
#include "lib/base/arena.h"
#include "lib/compiler/list.h"

typedef struct rs_name_rule {
    const char *text;      /* as given, fit for a terminal */
    const char *statement; /* `permit cn:"John Smith"` */
    rs_rule rules[2];      /* ip:* is two */
    size_t rule_count;
} rs_name_rule;

/*
 * Reads a name; all is on the arena. Returns false after a message. Exits if memory runs out.
 */
bool rs_name_rule_read(rs_arena *arena, rs_polarity polarity, const char *text, rs_name_rule *name);

/*
 * Whether the names on a command line are all good. Prints a message for each that is not. With
 * `advise`, also warns of names that are permitted and that the user may not mean: one label, a
 * public suffix, letters of scripts that look alike.
 */
bool rs_name_rule_check(rs_polarity polarity, char *const *names, bool advise);

/*
 * Looks at arguments that are a certificate's file, then names: RS_OPTIONS_READ, or an exit status
 * after a message if the first one is no file, and one of the others is.
 */
int rs_name_rule_certificate_first(const rs_subcommand *self, char *const *arguments);

#endif
