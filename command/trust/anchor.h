/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The certificates that the administrator adds to the system's trust store: files in the folder of
 * the distribution's tool.
 */
#ifndef RS_ANCHOR_H
#define RS_ANCHOR_H

#include "command/chain/anchor_tool.h"
#include "lib/base/arena.h"
#include "lib/compiler/list.h"

#include <openssl/x509.h>
#include <stdbool.h>

/* Files of the folder, paths on an arena. */
typedef struct rs_anchor_files {
    const char **paths;
    size_t count;
} rs_anchor_files;

/*
 * Finds the files that have the root. Returns false, after a message, if one of them has other
 * certificates too or the folder cannot be read; a missing folder has no files.
 */
bool rs_anchor_find(const rs_anchor_tool *tool, const rs_list_root *root, rs_arena *arena,
                    rs_anchor_files *files);

/*
 * The one of them that every tool reads; NULL: none. A file with another ending than `.crt` is not,
 * nor what an interrupted run may leave, a hidden file.
 */
const char *rs_anchor_get0_read(const rs_anchor_files *files);

/* The path for a new file with the certificate, on the arena. `label` becomes part of its name. */
const char *rs_anchor_path(const rs_anchor_tool *tool, const X509 *certificate, const char *label,
                           rs_arena *arena);

/* Writes the file with the certificate. Returns false after a message. */
bool rs_anchor_write(const char *path, X509 *certificate);

/* Removes files. Returns false, after a message, if one is still there. */
bool rs_anchor_remove(const rs_anchor_files *files);

#endif
