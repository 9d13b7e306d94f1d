/* SPDX-License-Identifier: Apache-2.0 */
#include "command/lint/run.h"

#include "command/lint/rule_findings.h"

#include <time.h>

bool rs_lint_run(const rs_sources *sources, const rs_trust_stores *stores,
                 rs_lint_findings *findings)
{
    psl_ctx_t *psl = psl_latest(NULL);
    rs_rule_findings_find(sources, psl, time(NULL), findings);
    psl_free(psl);
    bool good = rs_root_findings_find(sources, stores, findings);
    rs_lint_findings_sort(findings);
    return good;
}
