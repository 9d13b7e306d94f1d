/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files of certificates in PEM and DER, with chains as they lie in them (chain_joiner.h). A reader
 * of our own, as OpenSSL's stops at the first damaged block.
 */
#ifndef RS_SURVEY_PEM_H
#define RS_SURVEY_PEM_H

#include "command/survey/input/format/entry.h"

/*
 * Every block CERTIFICATE, X509 CERTIFICATE and TRUSTED CERTIFICATE; other blocks, and what stands
 * between them, are not read. The text is spoilt. False if the sink returned false.
 */
bool rs_pem_decode(uint8_t *text, size_t size, const rs_survey_sink *sink);

/* One certificate, or several without anything between. False if the sink returned false. */
bool rs_der_file_decode(rs_bytes der, const rs_survey_sink *sink);

#endif
