/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list source (`*.list`), parsed. rootscope-list(5) is the syntax.
 *
 * Parse each file with rs_source_parse into a list of its own, then join them with
 * rs_list_merge (list_merge.h).
 */
#ifndef RS_SOURCE_H
#define RS_SOURCE_H

#include "lib/compiler/diagnostics.h"
#include "lib/compiler/list.h"

#define RS_SOURCE_SIZE_MAX (256u * 1024 * 1024) /* bytes of one source */

/*
 * Reads the one certificate of a PEM file that a `root pem:` line names. Given by the caller,
 * so that the parser needs no OpenSSL. Returns true and sets both hashes; or false and a
 * reason, "no certificate in it", in `why` (NUL-terminated).
 */
typedef bool (*rs_read_pem_fn)(void *arg, const char *path, uint8_t spki_sha256[RS_SHA256_SIZE],
                               uint8_t certificate_sha256[RS_SHA256_SIZE], char why[200]);

typedef struct rs_source {
    const char *file; /* as in messages; relative `pem:` paths start from its directory */
    rs_bytes text;
    rs_read_pem_fn read_pem;
    void *read_pem_arg;
} rs_source;

/*
 * Parses one source into `*list` (all zero before; rs_list_free it after, whatever happened).
 * Every error of the file is reported, and several per file are the rule; the list is good only
 * if no error was added. Returns false if there was no memory (also reported).
 *
 * The list keeps nothing of `*source`. Its sources_sha256 is over the file's base name, its text,
 * and both hashes of each `pem:` root in order, so that it names what the text says even when a
 * PEM file was replaced; in front of name and text stand their lengths, as eight bytes each.
 */
bool rs_source_parse(const rs_source *source, rs_list *list, rs_diagnostics *diagnostics);

/* Gives the list's memory back; it is all zero again. */
void rs_list_free(rs_list *list);

#endif
