/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds, reads, parses and joins list sources.
 */
#ifndef RS_SOURCES_H
#define RS_SOURCES_H

#include "lib/compiler/source.h"

typedef struct rs_source_file {
    char *path;      /* owned, as in messages */
    bool is_shipped; /* from the folder of shipped sources: every other one wins over it */
    uint8_t *text;   /* owned */
    size_t size;
    rs_list list;
} rs_source_file;

typedef struct rs_sources {
    rs_source_file *files;
    size_t count;
    rs_diagnostics diagnostics;
    rs_list merged;
} rs_sources;

/* Start with zeros, and clear in the end. Errors are printed on standard error. */
void rs_sources_clear(rs_sources *sources);

/*
 * Reads a file. The files are kept in the order in which a later one wins over an earlier one:
 * shipped ones first, then in byte order of base names, then of paths.
 */
bool rs_sources_add_file(rs_sources *sources, const char *path);

/*
 * Reads every `*.list` of both folders. A file in `local` hides the one with the same base name in
 * `shipped`. A folder may be missing.
 */
bool rs_sources_add_folders(rs_sources *sources, const char *shipped, const char *local);

/* Whether a folder's file of this name is a source: `*.list`, not hidden. */
bool rs_sources_is_name(const char *name);

/* `take` of an option (base/options.h) whose value is such a name, a const char *. */
const char *rs_sources_take_name(void *into, const char *value);

/* Uses a copy of `text` instead of the file at `path`; adds it if there is no such file. */
void rs_sources_replace(rs_sources *sources, const char *path, rs_bytes text);

/* Returns the file at that path, valid until a file is added; NULL if there is none. */
const rs_source_file *rs_sources_find(const rs_sources *sources, const char *path);

/*
 * Parses all files and joins them into `merged`. Call it once. Prints errors, and with `verbose`
 * also warnings and notes. Returns false if there are errors.
 */
bool rs_sources_parse(rs_sources *sources, bool verbose);

#endif
