/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one unit of input adds to a store, as bytes: counts that were written down. A store keeps
 * the contribution of each unit apart, so that a unit which two stores have is added once when
 * they are merged. The form is described in docs/survey-store.md.
 */
#ifndef RS_SURVEY_CONTRIBUTION_H
#define RS_SURVEY_CONTRIBUTION_H

#include "command/survey/sums/counts.h"

/* The most that a contribution may have: SQLite takes no more in one value. */
#define RS_CONTRIBUTION_MAX 900000000

/*
 * Writes counts. The same certificates in the same order give the same bytes. The caller frees
 * them. p is NULL if there is no memory, or if it would be more than RS_CONTRIBUTION_MAX.
 */
rs_bytes rs_contribution_write(const rs_counts *counts);

typedef enum rs_contribution_result {
    RS_CONTRIBUTION_MALFORMED = 0, /* or of a newer version */
    RS_CONTRIBUTION_NO_MEMORY,
    RS_CONTRIBUTION_ADDED,
} rs_contribution_result;

/* Adds what was written to counts. After any other result, they have a part of it. */
rs_contribution_result rs_contribution_read(rs_bytes written, rs_counts *into);

#endif
