/* SPDX-License-Identifier: Apache-2.0 */
#include "command/telemetry/readiness.h"

rs_readiness rs_readiness_of(const rs_totals_root *root, uint64_t min_checks)
{
    if (rs_bytes_equal(root->name, rs_bytes_of_string("none")))
        return RS_READINESS_NOT_APPLICABLE;
    if (root->mode != RS_MODE_TEST)
        return RS_READINESS_ENFORCED;
    if (rs_totals_violated(root) > 0)
        return RS_READINESS_VIOLATIONS;
    return root->checked < min_checks ? RS_READINESS_TOO_FEW_CHECKS : RS_READINESS_READY;
}

const char *rs_readiness_word(rs_readiness readiness)
{
    switch (readiness) {
    case RS_READINESS_TOO_FEW_CHECKS:
        break;
    case RS_READINESS_VIOLATIONS:
        return "violations";
    case RS_READINESS_READY:
        return "ready";
    case RS_READINESS_ENFORCED:
        return "enforced";
    case RS_READINESS_NOT_APPLICABLE:
        return "not-applicable";
    }
    return "too-few-checks";
}
