/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers and digests of the CA certificates beside entries: most chains bring the same few again
 * and again. One that was seen lately is known by its bytes, which are compared whole, before
 * anything else is done with it.
 */
#ifndef RS_SURVEY_ISSUER_IDS_H
#define RS_SURVEY_ISSUER_IDS_H

#include "lib/base/sha256.h"

enum {
    RS_ISSUER_IDS_SETS = 128,      /* places by a hash; at each, */
    RS_ISSUER_IDS_WAYS = 4,        /* so many are remembered, the oldest goes first, */
    RS_ISSUER_IDS_SIZE = 8 * 1024, /* and none that is longer than this: 4 MiB in all */
};

typedef struct rs_issuer_slot {
    uint8_t *bytes; /* a copy */
    size_t size, capacity;
    uint64_t id; /* 0: it is empty */
    bool has_sha256;
    uint8_t sha256[RS_SHA256_SIZE];
} rs_issuer_slot;

/* For one thread. All zero is empty. */
typedef struct rs_issuer_ids {
    rs_issuer_slot sets[RS_ISSUER_IDS_SETS][RS_ISSUER_IDS_WAYS];
    uint64_t last;
} rs_issuer_ids;

/*
 * The number of a certificate. Two that are not equal never have the same; equal ones have the same
 * if the first is remembered. `*is_new`: this one was not.
 */
uint64_t rs_issuer_ids_find(rs_issuer_ids *ids, rs_bytes certificate, bool *is_new);

/* SHA-256 of a certificate, or of any bytes, which is computed once for one that is remembered. */
void rs_issuer_ids_sha256(rs_issuer_ids *ids, rs_bytes certificate, uint8_t sha256[RS_SHA256_SIZE]);

void rs_issuer_ids_clear(rs_issuer_ids *ids);

#endif
