/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether a root that is in test mode could be enforced, by what its telemetry says.
 */
#ifndef RS_READINESS_H
#define RS_READINESS_H

#include "command/telemetry/totals.h"

/* How many checks of a root are enough, unless the user says otherwise. */
#define RS_READINESS_MIN_CHECKS 100

typedef enum rs_readiness {
    RS_READINESS_TOO_FEW_CHECKS = 0, /* no violation, but too few checks */
    RS_READINESS_VIOLATIONS,         /* chains with signatures that hold would be refused */
    RS_READINESS_READY,
    RS_READINESS_ENFORCED,       /* it is already */
    RS_READINESS_NOT_APPLICABLE, /* "none" is not a root */
} rs_readiness;

/* `min_checks` is how many chains must have been checked for RS_READINESS_READY. */
rs_readiness rs_readiness_of(const rs_totals_root *root, uint64_t min_checks);

/* A word for programs: "too-few-checks", "violations", "ready", "enforced", "not-applicable". */
const char *rs_readiness_word(rs_readiness readiness);

#endif
