/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list source (`*.list`), parsed. rootscope-list(5) is the syntax.
 *
 * Parse each file with rs_source_parse into a list of its own, then join them with
 * rs_list_merge (list_merge.h).
 */
#ifndef RS_SOURCE_H
#define RS_SOURCE_H

#include "lib/compiler/list.h"
#include "lib/compiler/root_line.h"

#define RS_SOURCE_SIZE_MAX (256u * 1024 * 1024) /* bytes of one source */

typedef struct rs_source {
    const char *file; /* as in messages; relative `pem:` paths start from its directory */
    rs_bytes text;
    rs_pem_reader pem;
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
