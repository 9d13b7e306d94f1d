/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Expands what xz has compressed, in memory.
 */
#ifndef RS_SURVEY_XZ_H
#define RS_SURVEY_XZ_H

#include "lib/base/bytes.h"

/* Whether bytes start as xz's files do. */
bool rs_xz_is(rs_bytes bytes);

/*
 * Expands all of it, to `limit` bytes at most. Returns NULL and sets `*expanded`, which the caller
 * frees, and `*size`; or says what is wrong.
 */
const char *rs_xz_expand(rs_bytes compressed, size_t limit, uint8_t **expanded, size_t *size);

#endif
