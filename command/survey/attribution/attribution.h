/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which CA issued what a survey reads.
 *
 * A CA is told by the name of the issuer and, together with it, by what nobody but that CA fits:
 * the key that a log names, the key identifier in the certificate, or, where these do not decide,
 * the signature. A certificate whose issuer is not certain counts for nobody.
 *
 * A certificate has candidates of its own: the CAs of its chain, and those that the user gave. If
 * none of them is the issuer, one that some other input brought may be, if its key verifies the
 * signature. Such an answer, and each that more certificates would change, is only final when all
 * inputs are read.
 */
#ifndef RS_SURVEY_ATTRIBUTION_H
#define RS_SURVEY_ATTRIBUTION_H

#include "command/survey/attribution/attribution_words.h"
#include "command/survey/ca/ca_pool.h"
#include "command/survey/input/format/entry.h"

/* When a leaf's signature is verified; where it alone decides, it always is. */
typedef enum rs_survey_verify {
    RS_SURVEY_VERIFY_STRANGERS = 0, /* unless a log accepted the certificate */
    RS_SURVEY_VERIFY_ALL,           /* also then, except of precertificates without theirs */
} rs_survey_verify;

/* Attributes certificates for one thread; remembers issuers (issuer_memo.h). */
typedef struct rs_survey_attributor rs_survey_attributor;

/* The pool must live as long. NULL: no memory. */
rs_survey_attributor *rs_survey_attributor_new(rs_ca_pool *pool, rs_survey_verify verify);
void rs_survey_attributor_free(rs_survey_attributor *attributor);

/* Who issued an entry. */
typedef struct rs_issuer_answer {
    const rs_ca_node *node; /* NULL: it is not RS_SURVEY_LEAF_ATTRIBUTED */
    bool may_change;        /* with more certificates in the pool */
} rs_issuer_answer;

/*
 * Finds who issued an entry, whose certificate was read into `certificate`. CA certificates that
 * the entry has beside it are added to the pool as strangers'.
 *
 * Returns RS_SURVEY_LEAF_ATTRIBUTED, whether the issuer leads to a root or not: that is what
 * rs_ca_pool_reach tells when all input is read. Else returns why not.
 */
rs_survey_attribution rs_survey_leaf_issuer(rs_survey_attributor *attributor,
                                            const rs_survey_entry *entry,
                                            const rs_survey_certificate *certificate,
                                            rs_issuer_answer *issuer);

#endif
