/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which folders a walk was in. Where each of forty folders has two symbolic links to the next, a
 * trillion ways lead to the last one.
 */
#ifndef RS_SURVEY_WALKED_FOLDERS_H
#define RS_SURVEY_WALKED_FOLDERS_H

#include "lib/base/hash_index.h"

#include <sys/stat.h>

typedef struct rs_walked_folder {
    dev_t device;
    ino_t number;
} rs_walked_folder;

/* All zero is none. */
typedef struct rs_walked_folders {
    rs_walked_folder *all;
    size_t count, capacity;
    rs_hash_index index;
} rs_walked_folders;

/* Whether the walk was in this folder before. If not, remembers it, as long as there is memory. */
bool rs_walked_folders_have(rs_walked_folders *folders, const struct stat *status);

void rs_walked_folders_clear(rs_walked_folders *folders);

#endif
