/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list sources of a run: found, read, parsed and joined.
 */
#ifndef RS_SOURCES_H
#define RS_SOURCES_H

#include "lib/compiler/source.h"

typedef struct rs_source_file {
    char *path;    /* owned, as in messages */
    uint8_t *text; /* owned */
    size_t size;
    rs_list list;
} rs_source_file;

typedef struct rs_sources {
    rs_source_file *files;
    size_t count;
    rs_diagnostics diagnostics;
    rs_list merged;
} rs_sources;

/* All zero starts them; clear whatever happened. Errors are reported on standard error. */
void rs_sources_clear(rs_sources *sources);

/* Reads a file and puts it at its place: they are kept in byte order of base names, then paths. */
bool rs_sources_add_file(rs_sources *sources, const char *path);

/*
 * Reads every `*.list` of both folders; one in `local` hides that of the same base name in
 * `shipped`. A folder that does not exist has none.
 */
bool rs_sources_add_folders(rs_sources *sources, const char *shipped, const char *local);

/* Whether a folder's file of this name is a source: `*.list`, not hidden. */
bool rs_sources_is_name(const char *name);

/* `take` of an option (base/options.h) whose value is such a name, a const char *. */
const char *rs_sources_take_name(void *into, const char *value);

/* Takes a text in place of the file of that path, or beside all others; the text is copied. */
void rs_sources_replace(rs_sources *sources, const char *path, rs_bytes text);

/* The file of that path; NULL if it is not among them. Good until one is added. */
const rs_source_file *rs_sources_find(const rs_sources *sources, const char *path);

/*
 * Parses each and joins all into `merged`; once only. What was found wrong is on standard error
 * then, notes and warnings only if `verbose`. False if anything was.
 */
bool rs_sources_parse(rs_sources *sources, bool verbose);

#endif
