/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading a compiled list from where others may write.
 */
#ifndef RS_LIST_FILE_H
#define RS_LIST_FILE_H

#include "lib/image/image.h"

#include <sys/types.h>
#include <time.h>

typedef enum rs_list_problem {
    RS_LIST_OK = 0,
    RS_LIST_MISSING,
    RS_LIST_UNREADABLE, /* may not be opened or read */
    RS_LIST_NOT_A_FILE, /* a directory, FIFO, socket, device */
    RS_LIST_WRITABLE,   /* by its group or by others */
    RS_LIST_OWNER,      /* not the first list's */
    RS_LIST_TOO_LARGE,
    RS_LIST_NO_MEMORY,
    RS_LIST_BAD_IMAGE,
    RS_LIST_PROBLEMS
} rs_list_problem;

/* Which file a path led to, and which state of it: equal as long as nothing was written. */
typedef struct rs_file_state {
    dev_t device;
    ino_t inode;
    off_t size;
    struct timespec modified, changed;
    uid_t owner;
    bool settled; /* whatever is written to it later gets other times */
} rs_file_state;

/* The state of the file at a path; RS_LIST_MISSING or RS_LIST_UNREADABLE if it has none. */
rs_list_problem rs_list_file_look(const char *path, rs_file_state *state);

/* False also if one of the two is not settled, and so may stand for other contents by now. */
bool rs_file_state_equal(const rs_file_state *a, const rs_file_state *b);

/*
 * Reads the file whole into memory from malloc, which the caller frees, and checks it as
 * rs_image_open_quickly does. `owner`, if not NULL, is who must own it. Never blocks on what is not
 * a regular file.
 *
 * On RS_LIST_OK `*bytes`, `*image` (a view of them) and `*state` are set; else only `*state`, and
 * only if the file could be opened.
 */
rs_list_problem rs_list_file_read(const char *path, const uid_t *owner, uint8_t **bytes,
                                  rs_image *image, rs_file_state *state);

/* A phrase for people, "is missing"; never NULL. */
const char *rs_list_problem_text(rs_list_problem problem);

#endif
