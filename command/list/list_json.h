/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lists and roots in JSON, as every subcommand prints them.
 */
#ifndef RS_LIST_JSON_H
#define RS_LIST_JSON_H

#include "lib/base/arena.h"
#include "lib/image/image.h"

#include <jansson.h>

/* The kind, sha256 and label of a root. The caller owns the object. */
json_t *rs_list_json_of_root(rs_arena *arena, const rs_root *root);

/* The path, format, generation and size of a list. The caller owns the object. */
json_t *rs_list_json_of_image(rs_arena *arena, const char *path, const rs_image *image);

#endif
