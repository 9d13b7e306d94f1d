/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The issuers of static CT logs that lie in files.
 */
#ifndef RS_SURVEY_ISSUERS_H
#define RS_SURVEY_ISSUERS_H

#include "command/survey/input/file/unit.h"

/* Called with each CA certificate that a folder `issuer` or a log gives, in DER. */
typedef bool rs_survey_issuer(void *context, rs_bytes certificate);

/* Where what is found goes. Both functions return false to stop. */
typedef struct rs_issuers_sink {
    rs_survey_issuer *issuer;
    void *context;
    /* Called with the path of a file that should have such a certificate, and has not. */
    bool (*other)(void *other_context, const char *path);
    void *other_context;
} rs_issuers_sink;

/*
 * Hands on every certificate of the folders `issuer` that are in the paths or belong to them
 * (walk.h), each folder once. `*size` becomes the size of all other files. False if a function of
 * the sink returned false, or there is no memory.
 */
bool rs_issuers_load(char *const *paths, size_t count, const rs_issuers_sink *sink, uint64_t *size);

#endif
