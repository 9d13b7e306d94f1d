/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates that were never made: an issuer and domains as words.
 */
#ifndef RS_SURVEY_STAND_IN_H
#define RS_SURVEY_STAND_IN_H

#include "command/survey/sums/contribution.h"
#include "lib/base/sha256.h"

enum { STAND_IN_DOMAINS_MAX = 8 };

/* A reference to an issuer, or the hash of a root's key: it starts with this byte. */
static inline rs_bytes stand_in_issuer(uint8_t byte)
{
    static _Thread_local uint8_t issuers[256][RS_SHA256_SIZE];
    issuers[byte][0] = byte;
    return rs_bytes_make(issuers[byte], RS_SHA256_SIZE);
}

/* What a list would say: `.co.uk` is a public suffix, else the last label is. */
static inline rs_survey_domain stand_in_domain(const char *name)
{
    rs_bytes bytes = rs_bytes_of_string(name);
    size_t tld = strlen(strrchr(name, '.') == NULL ? name : strrchr(name, '.') + 1);
    bool is_co_uk = bytes.n >= 5 && strcmp(name + bytes.n - 5, "co.uk") == 0;
    return (rs_survey_domain){bytes, is_co_uk ? 5 : (uint8_t)tld, (uint8_t)tld};
}

/* The domains of a text in which blanks separate them, which changes. Thread-safe. */
static inline size_t stand_in_domains(char *text, rs_survey_domain domains[STAND_IN_DOMAINS_MAX])
{
    size_t count = 0;
    char *rest;
    for (char *name = strtok_r(text, " ", &rest); name != NULL; name = strtok_r(NULL, " ", &rest))
        domains[count++] = stand_in_domain(name);
    return count;
}

/* Counts a certificate with such domains, whose names stay with the counts. */
static inline bool stand_in_count(rs_counts *counts, uint8_t issuer, const char *names,
                                  int64_t not_before)
{
    rs_bytes text = rs_arena_copy(&counts->texts, rs_bytes_of_string(names));
    rs_survey_domain domains[STAND_IN_DOMAINS_MAX];
    uint32_t index = rs_counts_issuer_index(counts, stand_in_issuer(issuer));
    if (text.p == NULL || index == RS_HASH_INDEX_NONE)
        return false;
    size_t count = stand_in_domains((char *)(uintptr_t)text.p, domains);
    rs_counts_begin(counts, index, not_before);
    for (size_t i = 0; i < count; i++)
        if (rs_counts_add(counts, &domains[i]) != RS_COUNTS_ADDED)
            return false;
    return true;
}

/* The same as a unit contributes it. */
static inline bool stand_in_add(rs_contribution *made, uint8_t issuer, const char *names,
                                int64_t not_before)
{
    char text[256] = "";
    rs_survey_domain domains[STAND_IN_DOMAINS_MAX];
    strncpy(text, names, sizeof text - 1);
    return rs_contribution_add(made, stand_in_issuer(issuer), domains,
                               stand_in_domains(text, domains), not_before);
}

#endif
