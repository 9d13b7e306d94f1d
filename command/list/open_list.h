/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A compiled list, opened to be looked at.
 */
#ifndef RS_OPEN_LIST_H
#define RS_OPEN_LIST_H

#include "lib/image/image.h"

/*
 * Reads and checks a list. True, and `*image` is a view of `*bytes`, which the caller frees; or
 * false, with the reason on standard error.
 */
bool rs_open_list(const char *path, uint8_t **bytes, rs_image *image);

/* How a root is named in a source, "spki-sha256" or "cert-sha256". */
const char *rs_root_kind_word(rs_root_kind kind);

/* The first second of a day in UTC as YYYY-MM-DD, NUL-terminated. */
#define RS_DATE_SIZE 32
void rs_date_text(int64_t seconds, char out[RS_DATE_SIZE]);

#endif
