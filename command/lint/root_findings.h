/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is wrong between merged sources and the trust stores of this machine.
 */
#ifndef RS_ROOT_FINDINGS_H
#define RS_ROOT_FINDINGS_H

#include "command/base/options.h"
#include "command/lint/findings.h"
#include "command/list/sources.h"

typedef struct rs_trust_stores {
    rs_words files;      /* besides the system's trust store */
    const char *anchors; /* folder of the CAs that this machine's administrator trusts; NULL: those
                            that distributions have */
} rs_trust_stores;

/*
 * Looks for listed roots that are in no trust store or have expired, for CAs of the administrator
 * without a stanza, and for CAs in a trust store below a listed root. Returns false, after a
 * message, if a file of `stores` cannot be read.
 */
bool rs_root_findings_find(const rs_sources *sources, const rs_trust_stores *stores,
                           rs_lint_findings *findings);

#endif
