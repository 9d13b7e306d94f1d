/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All that `rootscope lint` looks for.
 */
#ifndef RS_LINT_RUN_H
#define RS_LINT_RUN_H

#include "command/lint/root_findings.h"

/* Looks through parsed sources as of now. Returns false, after a message, if there is no answer. */
bool rs_lint_run(const rs_sources *sources, const rs_trust_stores *stores,
                 rs_lint_findings *findings);

#endif
