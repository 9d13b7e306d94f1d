/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a list says about a root of a survey, which is known by its key alone.
 */
#ifndef RS_SURVEY_LISTED_H
#define RS_SURVEY_LISTED_H

#include "lib/base/sha256.h"
#include "lib/image/image.h"

/* The stanza that names the key, or else `default`; false: there is neither. */
bool rs_survey_listed(const rs_image *image, const uint8_t key[RS_SHA256_SIZE], rs_stanza *stanza);

#endif
