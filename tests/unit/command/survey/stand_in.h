/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Certificates that were never made: an issuer and domains as words.
 */
#ifndef RS_SURVEY_STAND_IN_H
#define RS_SURVEY_STAND_IN_H

#include "command/survey/sums/counts.h"
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

/* Counts a certificate with domains that are separated by blanks. Thread-safe. */
static inline bool stand_in_count(rs_counts *counts, uint8_t issuer, const char *names,
                                  int64_t not_before)
{
    char text[256], *rest;
    rs_survey_domain domains[STAND_IN_DOMAINS_MAX];
    size_t count = 0;
    strncpy(text, names, sizeof text - 1);
    text[sizeof text - 1] = '\0';
    for (char *name = strtok_r(text, " ", &rest); name != NULL; name = strtok_r(NULL, " ", &rest))
        domains[count++] = stand_in_domain(name);
    return rs_counts_count(counts, stand_in_issuer(issuer), domains, count, not_before);
}

#endif
