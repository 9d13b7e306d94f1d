/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Edits several files in the folder of local sources.
 */
#ifndef RS_LOCAL_EDITS_H
#define RS_LOCAL_EDITS_H

#include "command/list/change.h"
#include "command/list/source_edit.h"

/* Sorts after most names. rootscope-list(5) names it, too. */
#define RS_LOCAL_EDITS_FILE "zz-local.list"

typedef struct rs_local_edit {
    const char *path;
    bool is_new; /* there is no such file yet */
    rs_source_edit edit;
} rs_local_edit;

/* The caller sets the first five members, which must outlive the edits. The rest starts as zero. */
typedef struct rs_local_edits {
    rs_arena *arena;
    const rs_sources *sources; /* parsed */
    const rs_change_target *target;
    const char *folder;   /* of local sources */
    const char *file;     /* the name in it of the one for added stanzas */
    rs_local_edit *items; /* in the order in which they were started */
    size_t count;
    const char **lines; /* what is told of the edits; on the arena */
    size_t line_count, line_capacity;
} rs_local_edits;

/*
 * Reads all sources, lets `plan` edit them, and writes what it edited as rs_change_write does. Then
 * prints the lines, unless the target is quiet or it is a dry run. `plan` returns false after a
 * message. `file` is the member of rs_local_edits. Holds the lock of the folder of local sources
 * from the first to the last step. Returns an exit status.
 */
typedef bool rs_local_edits_plan(void *arg, rs_local_edits *edits);
int rs_local_edits_run(const rs_change_target *target, const char *file, rs_local_edits_plan *plan,
                       void *arg);

/* Adds a line that is printed when all is written. It must outlive the edits, as on the arena. */
void rs_local_edits_tell(rs_local_edits *edits, const char *line);

/* Returns the edit of the source at a path, and starts it if needed. */
rs_source_edit *rs_local_edits_of(rs_local_edits *edits, const char *path);

/*
 * Returns the path of the file for added stanzas. To change what `file` says (NULL: no file), it
 * must sort after that, unless that is a shipped one; and it must not hide a shipped one. Otherwise
 * returns NULL after a message.
 */
const char *rs_local_edits_later(const rs_local_edits *edits, const rs_source_file *file);

#endif
