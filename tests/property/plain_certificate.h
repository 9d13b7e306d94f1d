/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A reader of certificates that says the same as command/survey/certificate/certificate.h, element
 * by element with the reader of DER that all others use.
 */
#ifndef PLAIN_CERTIFICATE_H
#define PLAIN_CERTIFICATE_H

#include "command/survey/certificate/certificate.h"

bool plain_certificate_read(rs_bytes der, bool is_tbs, rs_survey_certificate *certificate);

#endif
