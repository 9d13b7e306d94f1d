/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What one unit of input adds to a store, as bytes: the certificates that count, each with its
 * issuer and its domains, and why others do not. A store keeps the contribution of each unit apart,
 * so that a unit which two stores have is added once when they are merged. The form is described in
 * docs/survey-store.md.
 */
#ifndef RS_SURVEY_CONTRIBUTION_H
#define RS_SURVEY_CONTRIBUTION_H

#include "command/survey/sums/counts.h"

/* The most bytes of a contribution; a survey's have fewer. So sums of strangers' are bounded. */
#define RS_CONTRIBUTION_MAX ((size_t)16 << 20)

/* One that is being made. Begin with rs_contribution_init. For one thread at a time. */
typedef struct rs_contribution {
    rs_counts counts; /* of it, only the issuers and the reasons are used */
    uint8_t *bytes;   /* the certificates, as they are written */
    size_t size, capacity;
    uint64_t certificates;
    int64_t last; /* the notBefore of the last one */
} rs_contribution;

void rs_contribution_init(rs_contribution *made);
void rs_contribution_clear(rs_contribution *made);

/* Empties it, and keeps memory for about as much. */
void rs_contribution_reset(rs_contribution *made);

/*
 * Adds a certificate. `issuer` is as rs_counts_issuer_index takes it. `domains` has each domain
 * once, in the order of their bytes; if it has none, nothing is added. False: no memory.
 */
bool rs_contribution_add(rs_contribution *made, rs_bytes issuer, const rs_survey_domain *domains,
                         size_t count, int64_t not_before);

/* The same as rs_counts_reject. */
bool rs_contribution_reject(rs_contribution *made, rs_bytes word, uint64_t count);

/* How many bytes it holds, about. */
size_t rs_contribution_size(const rs_contribution *made);

/*
 * Writes it. The same certificates in the same order give the same bytes. The caller frees them. p
 * is NULL if there is no memory, or if it would be more than RS_CONTRIBUTION_MAX.
 */
rs_bytes rs_contribution_write(const rs_contribution *made);

typedef enum rs_contribution_result {
    RS_CONTRIBUTION_MALFORMED = 0, /* or of a newer version */
    RS_CONTRIBUTION_NO_MEMORY,
    RS_CONTRIBUTION_ADDED,
} rs_contribution_result;

/*
 * Adds what was written to counts; it must stay until they are reset. After any other result, they
 * have a part of it.
 */
rs_contribution_result rs_contribution_read(rs_bytes written, rs_counts *into);

#endif
