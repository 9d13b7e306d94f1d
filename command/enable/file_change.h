/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A change of one file: shown, made at once, and undone.
 */
#ifndef RS_FILE_CHANGE_H
#define RS_FILE_CHANGE_H

#include "lib/base/arena.h"

typedef struct rs_file_change {
    const char *path;
    bool exists, remains; /* before and after */
    rs_bytes old, new;    /* empty while there is no file */
} rs_file_change;

/* Reads what is there; nothing is to be changed yet. False after a message. */
bool rs_file_change_read(rs_file_change *change, rs_arena *arena, const char *path);

/* Prints it on standard output as a unified diff; nothing if the file stays as it is. */
void rs_file_change_print(const rs_file_change *change);

/*
 * Makes it, unless the file was changed since it was read. Mode, owner and attributes stay. Warns
 * if the file has other hard links, which keep the old content. False after a message, and with
 * nothing changed.
 */
bool rs_file_change_make(const rs_file_change *change);

/* Puts back what was there. False after a message. */
bool rs_file_change_undo(const rs_file_change *change);

/*
 * Keeps `text` as a copy beside the file, with its mode, owner and attributes, unless there is such
 * a copy already. Returns its path, on the arena; NULL after a message.
 */
const char *rs_file_change_keep(const rs_file_change *change, rs_arena *arena, rs_bytes text);

/* Removes the copy that has this text. Returns the path of another one that is there; or NULL. */
const char *rs_file_change_drop(const rs_file_change *change, rs_arena *arena, rs_bytes text);

#endif
