/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The domains that a certificate names, as a survey counts them.
 *
 * Names are read as the verdict reads them: dNSNames, and the hosts in e-mail addresses, URIs and
 * the other forms that bear one; the subject's e-mail addresses too. A common name counts only in a
 * certificate without a subjectAltName. Each host counts as its registrable domain.
 */
#ifndef RS_SURVEY_NAMES_H
#define RS_SURVEY_NAMES_H

#include "command/survey/certificate/certificate.h"
#include "command/survey/names/domain.h"
#include "command/survey/names/suffixes.h"
#include "lib/base/arena.h"

enum { RS_SURVEY_NAMES_MAX = 65536 }; /* names of one certificate; of more, none is counted */

/* The names of one certificate after another. All zero is empty; a thread uses one again. */
typedef struct rs_survey_names {
    rs_survey_domain *domains; /* each once, in the order of their bytes */
    size_t count;
    /* Names that are not under a public suffix, each as often as it stands there: */
    uint32_t addresses;  /* IP addresses, those that are spelt as a host too */
    uint32_t words;      /* hosts of one label that is not a public suffix: `localhost` */
    uint32_t unsuffixed; /* other hosts whose last label no rule names: `db.internal` */
    uint32_t malformed;  /* what should have been a host */
    size_t capacity;
    rs_arena folded; /* texts of domains that do not stand so in the certificate */
} rs_survey_names;

typedef enum rs_survey_names_result {
    RS_SURVEY_NAMES_NO_MEMORY = 0,
    RS_SURVEY_NAMES_UNPARSABLE, /* the subjectAltName or the subject does not decode */
    RS_SURVEY_NAMES_TOO_MANY,
    RS_SURVEY_NAMES_READ,
} rs_survey_names_result;

/*
 * Replaces what `names` has by the names of a certificate. The domains live until the next call, no
 * longer than the certificate. After anything but RS_SURVEY_NAMES_READ, `count` is 0.
 */
rs_survey_names_result rs_survey_names_read(rs_survey_names *names, rs_suffixes *suffixes,
                                            const rs_survey_certificate *certificate);

void rs_survey_names_clear(rs_survey_names *names);

#endif
