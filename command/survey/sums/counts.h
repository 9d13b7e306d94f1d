/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sums what certificates show, by their issuer and the registrable domain: how many, and when the
 * first and the last began to be valid.
 *
 * A certificate counts once in each of its domains. So that sums over the domains below a public
 * suffix or a top-level domain are exact, it is marked in one domain of each: the first.
 */
#ifndef RS_SURVEY_COUNTS_H
#define RS_SURVEY_COUNTS_H

#include "command/survey/names/domain.h"
#include "lib/base/arena.h"
#include "lib/base/hash_index.h"

/* How many certificates, and the seconds since 1970 of their notBefore. */
typedef struct rs_counts_sum {
    uint64_t certificates;
    uint64_t suffix_certificates; /* those for which it is the first domain below its suffix */
    uint64_t tld_certificates;    /* the same for its top-level domain */
    int64_t first, last;
} rs_counts_sum;

/*
 * Of a domain and an issuer. A domain whose suffix was another one when another store was made has
 * a row for each suffix, so that sums do not depend on which came first.
 */
typedef struct rs_counts_row {
    const uint8_t *name; /* where rs_counts_add was given it */
    uint8_t name_length, suffix_length, tld_length;
    uint32_t issuer; /* an index of `issuers` */
    uint32_t suffix; /* an index of `suffixes` */
    rs_counts_sum sum;
} rs_counts_row;

/* A public suffix, a top-level domain or both, and which certificate had it last as each. */
typedef struct rs_counts_suffix {
    rs_bytes name;              /* the end of a row's name */
    uint32_t tld;               /* an index of `suffixes`, too */
    uint64_t as_suffix, as_tld; /* the number of that certificate; 0: none */
} rs_counts_suffix;

/* Who issued. */
typedef struct rs_counts_issuer {
    rs_bytes reference;
    uint64_t certificates; /* that were counted */
} rs_counts_issuer;

/* The word for those that are counted, in a table of these and of the reasons. */
#define RS_COUNTS_COUNTED "certificates"

/* Why certificates are not counted: a word for tables, and how many. */
enum { RS_COUNTS_REASONS_MAX = 64, RS_COUNTS_WORD_MAX = 40 };
typedef struct rs_counts_reason {
    char word[RS_COUNTS_WORD_MAX + 1];
    uint64_t count;
} rs_counts_reason;

enum { RS_COUNTS_ISSUER_MAX = 4096, RS_COUNTS_RECENT = 64 };

/* Begin with rs_counts_init. For one thread at a time. */
typedef struct rs_counts {
    rs_counts_row *rows; /* in the order in which they were first seen, as all arrays here */
    rs_counts_issuer *issuers;
    rs_counts_suffix *suffixes;
    size_t row_count, row_capacity, issuer_count, issuer_capacity, suffix_count, suffix_capacity;
    rs_counts_reason reasons[RS_COUNTS_REASONS_MAX];
    size_t reason_count;
    uint64_t certificates; /* that were counted, of all issuers */
    uint32_t issuer;       /* of the last certificate */
    int64_t not_before;    /* the same */
    rs_hash_index row_index, issuer_index, suffix_index;
    /* Those asked for lately, by their first byte, and the suffixes by the length, too. */
    uint32_t recent[RS_COUNTS_RECENT], recent_suffixes[RS_COUNTS_RECENT];
    uint64_t seed;  /* of the hashes: somebody else chooses the names */
    rs_arena texts; /* references */
} rs_counts;

/* A number that nobody else knows, for hashes of what others choose. */
uint64_t rs_counts_seed(void);

void rs_counts_init(rs_counts *counts);
void rs_counts_clear(rs_counts *counts);

/* Empties it, and keeps memory for as much. */
void rs_counts_reset(rs_counts *counts);

/*
 * The index of an issuer, which is entered if it is new. The reference to who it is may be any
 * bytes, at most RS_COUNTS_ISSUER_MAX. RS_HASH_INDEX_NONE: no memory.
 */
uint32_t rs_counts_issuer_index(rs_counts *counts, rs_bytes reference);

/* Counts a certificate of the issuer with this index. Its domains follow, each once. */
void rs_counts_begin(rs_counts *counts, uint32_t issuer, int64_t not_before);

typedef enum rs_counts_added {
    RS_COUNTS_NO_MEMORY = 0,
    RS_COUNTS_NOT_PLAIN, /* the name is no text that rs_plain_is permits */
    RS_COUNTS_ADDED,
} rs_counts_added;

/*
 * Counts it in one of its domains, whose name must stay where it is until the counts are reset.
 * After anything but RS_COUNTS_ADDED the counts are of no use.
 */
rs_counts_added rs_counts_add(rs_counts *counts, const rs_survey_domain *domain);

/*
 * Counts what is not counted otherwise. The word is 1 to RS_COUNTS_WORD_MAX bytes of ASCII. False:
 * there are RS_COUNTS_REASONS_MAX others already, or the word is not one.
 */
bool rs_counts_reject(rs_counts *counts, rs_bytes word, uint64_t count);

/* How many bytes it holds, about, but for references. */
size_t rs_counts_size(const rs_counts *counts);

#endif
