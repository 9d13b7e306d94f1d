/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Answers for programs. The pages of the subcommands document the fields; a field never changes its
 * meaning.
 */
#ifndef RS_JSON_H
#define RS_JSON_H

#include <jansson.h>

/* Both take ownership of the value, and exit if it is NULL or memory runs out. */
void rs_json_set(json_t *object, const char *key, json_t *value);
void rs_json_append(json_t *array, json_t *value);

/* The text, made printable (printable.h), or null for NULL. */
json_t *rs_json_of_text(const char *text);

/* Prints the value on standard output and frees it. ferror(stdout) tells of a write error. */
void rs_json_print(json_t *value);

/* The same on one line. */
void rs_json_print_line(json_t *value);

#endif
