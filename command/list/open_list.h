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

#endif
