/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opens compiled lists.
 */
#ifndef RS_OPEN_LIST_H
#define RS_OPEN_LIST_H

#include "lib/image/image.h"

/*
 * Reads and checks a list. Returns true and `*image`, a view of `*bytes`, which the caller frees;
 * or false after a message.
 */
bool rs_open_list(const char *path, uint8_t **bytes, rs_image *image);

#endif
