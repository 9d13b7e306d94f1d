/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Packs the rows of counts for a store: those that differ in nothing but the domain and when it
 * was first seen become one row. Most do, for most domains have one certificate in a batch. To add
 * each row by itself would take five times as long.
 */
#ifndef RS_SURVEY_PACKS_H
#define RS_SURVEY_PACKS_H

#include "command/survey/sums/counts.h"

enum { RS_PACK_DOMAINS_MAX = 1024 }; /* of one pack: a reader has to parse all of them at once */

/* What the rows of a pack share. */
typedef struct rs_pack {
    uint32_t issuer; /* an index of the issuers of the counts */
    uint8_t suffix_length, tld_length;
    uint64_t certificates, suffix_certificates, tld_certificates;
    int64_t span; /* seconds from the first to the last */
} rs_pack;

/* Takes a pack and its domains, an object of JSON: {"DOMAIN":FIRST,...}. False ends the walk. */
typedef bool rs_packs_found(void *context, const rs_pack *pack, rs_bytes domains);

/* Calls `found` with each pack. False if `found` is. Exits if memory runs out. */
bool rs_packs_each(const rs_counts *counts, rs_packs_found *found, void *context);

#endif
