/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What was found about issuers, by all that entries say about them, so that a thread asks the pool
 * once for each issuer and not for each certificate. When its memory is full it forgets all.
 */
#ifndef RS_SURVEY_ISSUER_MEMO_H
#define RS_SURVEY_ISSUER_MEMO_H

#include "command/survey/attribution/attribution_words.h"
#include "command/survey/ca/ca_pool.h"
#include "command/survey/input/format/entry.h"
#include "lib/base/arena.h"
#include "lib/base/hash_index.h"

#define RS_ISSUER_MEMORY ((size_t)32 * 1024 * 1024) /* bytes of memory of one memo */

typedef struct rs_issuer_found {
    uint64_t generation;                  /* of the pool when it was asked; 0: it was not */
    rs_survey_attribution unless_decided; /* what holds if nothing decides, not even a signature */
    rs_survey_attribution unless_signed;  /* what holds if no candidate signed it */
    const rs_ca_node *decided;            /* NULL: it takes a signature */
    const rs_ca_node *nodes[RS_CA_TRIES_MAX];
    size_t count, own_count; /* behind its own are those that other inputs brought */
    bool contradicts;        /* its chain: it is nobody's */
    bool has_gaps;           /* what else comes may change who signed it, */
    bool decided_may_change; /* and what is decided */
} rs_issuer_found;

enum { RS_ISSUER_RECENT = 512 };

typedef struct rs_issuer_memo {
    struct rs_issuer_row *rows;
    size_t count, capacity, size;
    rs_hash_index index;
    /* Rows that entries of tiles had lately, and 1, by the start of a fingerprint; 0: none. */
    uint32_t recent[RS_ISSUER_RECENT];
    uint64_t seed; /* somebody else chooses what is hashed */
    rs_arena keys;
    uint8_t *key; /* of the entry that is looked up */
    size_t key_capacity;
} rs_issuer_memo;

void rs_issuer_memo_init(rs_issuer_memo *memo);
void rs_issuer_memo_clear(rs_issuer_memo *memo);

/*
 * What is remembered about issuers as this entry has one; new for those that are new. Lives until
 * the next call. NULL: there is no memory.
 */
rs_issuer_found *rs_issuer_memo_find(rs_issuer_memo *memo, const rs_survey_entry *entry,
                                     const rs_survey_certificate *certificate);

#endif
