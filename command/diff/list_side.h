/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One of two lists that are compared.
 */
#ifndef RS_LIST_SIDE_H
#define RS_LIST_SIDE_H

#include "command/list/sources.h"
#include "lib/image/image.h"

typedef struct rs_list_side {
    const char *path; /* as in messages */
    uint8_t *bytes;   /* owned; `image` is a view of them */
    rs_image image;
} rs_list_side;

/*
 * Opens a compiled list; or compiles a source, or every `*.list` of a folder, in memory. Returns
 * false after messages. Clear it in both cases.
 */
bool rs_list_side_open(const char *path, rs_list_side *side);

/* The same of both folders of sources, as `compile` reads them. */
bool rs_list_side_open_folders(const char *shipped, const char *local, rs_list_side *side);

void rs_list_side_clear(rs_list_side *side);

#endif
