/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is wrong with the rules and the modes of merged sources.
 */
#ifndef RS_RULE_FINDINGS_H
#define RS_RULE_FINDINGS_H

#include "command/lint/findings.h"
#include "command/list/sources.h"

#include <libpsl.h>

/*
 * Looks for rules that other rules make idle, names under no top-level domain, public suffixes,
 * stanzas that permit nothing, and tests past their date at a time (seconds since 1970 UTC). `psl`
 * is the list of public suffixes, whose ICANN section knows every top-level domain; NULL: none.
 */
void rs_rule_findings_find(const rs_sources *sources, const psl_ctx_t *psl, int64_t now,
                           rs_lint_findings *findings);

/* Whether a file is read for what it says, and not what it comes with: shipped ones are not. */
bool rs_rule_findings_counts(const rs_sources *sources, const char *file);

#endif
