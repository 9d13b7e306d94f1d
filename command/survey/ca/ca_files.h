/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads CA certificates into a pool: from PEM and DER, from CSV that has PEM in a column, as the
 * CCADB's reports have, and from all of these compressed with xz.
 */
#ifndef RS_SURVEY_CA_FILES_H
#define RS_SURVEY_CA_FILES_H

#include "command/survey/ca/ca_pool.h"
#include "lib/base/arena.h"

/* What became of the certificates of files, added up. */
typedef struct rs_ca_files_count {
    size_t added, known;
    size_t not_ca;     /* certificates that may not sign certificates */
    size_t unparsable; /* and those that are too large */
} rs_ca_files_count;

/*
 * Adds all certificates of a file. Prints an error and returns false if it cannot be read, or has
 * none at all; those that cannot be added are only counted. Exits if there is no memory.
 */
bool rs_ca_files_add(rs_ca_pool *pool, const char *path, rs_ca_source source,
                     rs_ca_files_count *count);

/*
 * Adds the roots of a file; NULL: of the system's trust store. The same otherwise. `*path_read`
 * becomes the file, which lives as long as the arena.
 */
bool rs_ca_files_add_roots(rs_ca_pool *pool, const char *path, rs_arena *arena,
                           const char **path_read, rs_ca_files_count *count);

#endif
