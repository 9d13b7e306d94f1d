/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files that a survey's inputs are, in the order of their names. Of a copy of a static CT log,
 * only its data tiles and its issuers are read: `tile/` has hashes beside the folder `data`, too.
 */
#ifndef RS_SURVEY_WALK_H
#define RS_SURVEY_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct rs_walk rs_walk;

typedef enum rs_walk_kind {
    RS_WALK_FILE,   /* to be read as a unit, or several */
    RS_WALK_ISSUER, /* of a log: a certificate in `issuer`, its SHA-256 in hexadecimal as name */
    RS_WALK_PART,   /* of a log's tile, by its path (….p/WIDTH): as much as there was at a time */
    RS_WALK_BROKEN, /* a path without anything, or a folder that cannot be read */
} rs_walk_kind;

typedef struct rs_walk_item {
    rs_walk_kind kind;
    const char *path; /* until the next item */
    uint64_t size;    /* of the file, in bytes */
} rs_walk_item;

/* The paths must live as long as the walk. NULL if there is no memory. */
rs_walk *rs_walk_new(char *const *paths, size_t count);
void rs_walk_free(rs_walk *walk);

/*
 * The next item; false at the end. In folders, files that are not regular are left out, symbolic
 * links are followed, and each folder is walked once. A path that is given itself may be a FIFO, or
 * a folder that another one has.
 */
bool rs_walk_next(rs_walk *walk, rs_walk_item *item);

/*
 * Writes the path of the folder `issuer` that belongs to a file or folder, as it lies beside it or
 * beside one of the folders that it is in: tile/data/x001/x234/067 is five below. False if there
 * is none. `buffer` has PATH_MAX bytes.
 */
bool rs_walk_issuers_of(const char *path, char *buffer);

#endif
