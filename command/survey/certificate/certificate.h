/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The parts of a certificate that a survey looks at, found in one walk over its DER. Millions of
 * certificates are read in a second so, which no general decoder does.
 */
#ifndef RS_SURVEY_CERTIFICATE_H
#define RS_SURVEY_CERTIFICATE_H

#include "lib/base/bytes.h"

/* Views into the certificate's DER; they live as long. What is not there is empty. */
typedef struct rs_survey_certificate {
    rs_bytes tbs;                  /* TBSCertificate, its SEQUENCE included */
    rs_bytes signed_algorithm;     /* AlgorithmIdentifier, whole, of the TBSCertificate */
    rs_bytes algorithm, signature; /* the same beside the signature, and its octets; a bare
                                         TBSCertificate has neither */
    rs_bytes serial;               /* whole, and so are all that follow: */
    rs_bytes issuer, subject;      /* Names, whole */
    rs_bytes key;                  /* SubjectPublicKeyInfo, whole */
    rs_bytes alt_names;            /* content of subjectAltName's OCTET STRING */
    rs_bytes authority_key_id;     /* keyIdentifier of authorityKeyIdentifier */
    rs_bytes subject_key_id;
    rs_bytes path_length; /* content of pathLenConstraint's INTEGER, of a CA */
    int64_t not_before;   /* seconds since 1970; 0 for what is before */
    bool has_alt_names;
    bool is_ca; /* basicConstraints say so, and keyUsage, if there, lets it sign certificates */
} rs_survey_certificate;

/*
 * Reads a certificate, or a TBSCertificate as CT logs have it. False if it does not decode as far
 * as it is read, has bytes behind its end, or has one of these extensions twice; `*certificate` is
 * then unset. Extensions of other types are not looked into, and the content of subjectAltName is
 * not either.
 */
bool rs_survey_certificate_read(rs_bytes der, bool is_tbs, rs_survey_certificate *certificate);

#endif
