/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a stanza would have to permit so that the violations in telemetry were none.
 *
 * Telemetry is hostile. The list compiler's own parser reads each proposal first, and the proposal
 * is written from the result. It is never wider than the suffix in telemetry, and never `*` or a
 * public suffix, below which anybody can register a name.
 */
#ifndef RS_PROPOSAL_H
#define RS_PROPOSAL_H

#include "command/telemetry/totals.h"
#include "lib/compiler/list.h"

#include <libpsl.h>

/* A line `permit RULE`. */
typedef struct rs_proposal {
    const char *rule; /* "dns:evil.example", NUL-terminated, without need of quotes */
    rs_rule parsed;   /* the same: RS_RULE_SUFFIX, RS_RULE_IP or RS_RULE_CN; its line is 0 */
    const rs_totals_row *row; /* what it is for; one of them, if several come to the same line */
    uint64_t chains;          /* with signatures that hold, that lacked it */
    rs_writers writers;       /* who reported them */
    rs_bytes example_of; /* a public suffix: the line is for the example below it. Else empty */
} rs_proposal;

/* Violations for which telemetry does not tell a line. */
typedef struct rs_unproposed {
    const rs_totals_row *row; /* NULL: those that did not fit into the totals */
    uint64_t chains;
    const char *why;
} rs_unproposed;

typedef struct rs_proposals {
    rs_proposal *items; /* most chains first, then by rule */
    size_t count;
    rs_unproposed *unproposed; /* most chains first */
    size_t unproposed_count;
} rs_proposals;

/*
 * The proposals for one root, on the arena: for violations with signatures that hold alone. `psl`
 * is the list of public suffixes; with NULL every suffix counts as one. What ordinary users alone
 * reported is proposed with `any_user` only. Exits if there is no memory.
 */
rs_proposals rs_proposals_of(rs_arena *arena, const psl_ctx_t *psl, const rs_totals *totals,
                             const rs_totals_root *root, bool any_user);

/* Whether a suffix is public: lower-case A-labels. */
bool rs_proposal_is_public(const psl_ctx_t *psl, rs_bytes suffix);

#endif
