/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The issuers of static CT logs that lie in files.
 */
#ifndef RS_SURVEY_ISSUERS_H
#define RS_SURVEY_ISSUERS_H

#include "command/survey/input/file/unit.h"

/* Called with each CA certificate that a folder `issuer` or a log gives, in DER. */
typedef bool rs_survey_issuer(void *context, rs_bytes certificate);

/*
 * Hands on every certificate of the folders `issuer` that are in the paths or belong to them
 * (walk.h), each folder once; what is not DER is left out. `*size` becomes the size of all other
 * files. False if `issuer` returned false, or there is no memory.
 */
bool rs_issuers_load(char *const *paths, size_t count, rs_survey_issuer *issuer, void *context,
                     uint64_t *size);

#endif
