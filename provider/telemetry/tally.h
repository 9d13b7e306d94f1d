/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a policy has seen: chains counted by root, violations by what they are. A line is written
 * when a count reaches a power of two, so that a process that verifies a million chains writes
 * some twenty lines, and whatever is left at each flush.
 *
 * A line tells what came since the last one of its kind. If the sink has no room for it, that
 * stays until the next; if the table has no room for a new entry, it is counted as dropped.
 * Violations of chains whose signatures do not hold have a small table and a budget of their own.
 *
 * All threads may use a tally at once. Nothing waits and nothing is allocated; a system call is
 * made only for a line that is written. Entries are copies: lists come and go.
 */
#ifndef RS_TALLY_H
#define RS_TALLY_H

#include "provider/telemetry/event.h"

typedef struct rs_tally rs_tally;

/* NULL without memory. The sink must outlive it. */
rs_tally *rs_tally_new(rs_sink *sink);

/* Nobody else may use it any more. NULL does nothing. */
void rs_tally_free(rs_tally *tally);

/* Where it writes. */
rs_sink *rs_tally_sink(const rs_tally *tally);

/* A root's entry, for later: the list that named the root may be gone by then. */
typedef struct rs_tally_place {
    uint64_t mark;
    uint32_t slot;
} rs_tally_place;

/* Finds or makes the entry of a root (RS_NO_ROOT: the default stanza). False: it has no room. */
bool rs_tally_find_root(rs_tally *tally, const rs_image *image, uint32_t root, rs_mode mode,
                        rs_tally_place *place);

/* What came of one chain. */
typedef enum rs_tally_result {
    RS_TALLY_PERMITTED,
    RS_TALLY_VIOLATED,
    RS_TALLY_UNVERIFIED, /* violated, but the signatures do not hold, or nobody can tell */
    RS_TALLY_RESULTS
} rs_tally_result;

/* Counts one more chain of a root, and writes the root's line if it is due. */
void rs_tally_count(rs_tally *tally, rs_tally_place place, rs_tally_result result);

/*
 * Counts one more chain with this violation, and writes its line if it is due. Those with the same
 * root, verdict, form, reason, suffix and signatures count as the same.
 */
void rs_tally_add_violation(rs_tally *tally, const rs_reported_violation *violation);

/* Writes all that is not told yet, as far as the sink admits it. */
void rs_tally_flush(rs_tally *tally);

/* In a child of fork: forgets everything, which the parent tells. */
void rs_tally_reset(rs_tally *tally);

#endif
