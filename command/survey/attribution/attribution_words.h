/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What becomes of an entry, in words.
 */
#ifndef RS_SURVEY_ATTRIBUTION_WORDS_H
#define RS_SURVEY_ATTRIBUTION_WORDS_H

/* What becomes of an entry, with the word for tables. All but the last count for no root. */
#define RS_SURVEY_ATTRIBUTIONS(X)                                                                  \
    X(UNPARSABLE, "unparsable")                 /* the certificate does not decode */              \
    X(NAMES_UNPARSABLE, "names-unparsable")     /* its names do not decode */                      \
    X(TOO_MANY_NAMES, "too-many-names")         /* it has more names than are read */              \
    X(CA_CERTIFICATE, "ca-certificate")         /* it is a CA's own certificate */                 \
    X(ISSUER_UNKNOWN, "issuer-unknown")         /* no known CA has the name of its issuer */       \
    X(ISSUER_KEY_UNKNOWN, "issuer-key-unknown") /* some have the name, but not the key */          \
    X(ISSUER_UNCERTAIN, "issuer-uncertain")     /* several may be its issuer; nothing decides */   \
    X(CHAIN_CONTRADICTS, "chain-contradicts")   /* its chain names another issuer than it does */  \
    X(SIGNATURE_WRONG, "signature-wrong")       /* no CA with the name of its issuer signed it */  \
    X(ATTRIBUTED, "attributed")                 /* its issuer is known */

typedef enum rs_survey_attribution {
#define RS_SURVEY_ATTRIBUTION_ENUM(name, word) RS_SURVEY_LEAF_##name,
    RS_SURVEY_ATTRIBUTIONS(RS_SURVEY_ATTRIBUTION_ENUM)
#undef RS_SURVEY_ATTRIBUTION_ENUM
        RS_SURVEY_LEAF_ATTRIBUTION_COUNT
} rs_survey_attribution;

/* The word; "?" for what is none of these. Never NULL. */
const char *rs_survey_attribution_word(rs_survey_attribution attribution);

#endif
