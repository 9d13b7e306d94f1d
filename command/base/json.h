/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The answers for programs. rootscope(1) documents the fields; they don't change their meaning.
 */
#ifndef RS_JSON_H
#define RS_JSON_H

#include "lib/base/arena.h"
#include "lib/image/image.h"

#include <jansson.h>

/* They take the value over, and exit if it is NULL or there is no memory. */
void rs_json_set(json_t *object, const char *key, json_t *value);
void rs_json_append(json_t *array, json_t *value);

/* The text, or null for NULL. */
json_t *rs_json_of_text(const char *text);

/* kind, sha256 and label of a root. */
json_t *rs_json_of_root(rs_arena *arena, const rs_root *root);

/* path, format, generation and size of a list. */
json_t *rs_json_of_list(rs_arena *arena, const char *path, const rs_image *image);

/* Prints it on standard output and lets it go. A write error shows in ferror(stdout). */
void rs_json_print(json_t *value);

/* The same on one line. */
void rs_json_print_line(json_t *value);

#endif
