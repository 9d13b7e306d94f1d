/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A domain that a survey counts, with its ends: the registrable domain of a name, or, where a name
 * is itself a public suffix, that suffix.
 */
#ifndef RS_SURVEY_DOMAIN_H
#define RS_SURVEY_DOMAIN_H

#include "lib/base/bytes.h"

typedef struct rs_survey_domain {
    rs_bytes name;         /* lower case, A-labels, no dot at either end; 1 to 253 bytes */
    uint8_t suffix_length; /* its last bytes that are its public suffix; 1 to name.n */
    uint8_t tld_length;    /* its last bytes that are its last label; 1 to suffix_length */
} rs_survey_domain;

#endif
