/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes to the text of a list source, which leave everything else in it as it is, byte for byte:
 * comments, indentation, line ends.
 *
 * All changes are collected against the original text, whose line numbers stay good meanwhile; two
 * of them must not be about the same statement. New lines end as the first line of the file does.
 * Every function exits if there is no memory.
 */
#ifndef RS_SOURCE_EDIT_H
#define RS_SOURCE_EDIT_H

#include "lib/base/arena.h"

struct rs_source_statement;
struct rs_source_splice;

typedef struct rs_source_edit {
    rs_arena *arena;
    rs_bytes text; /* the original */
    struct rs_source_statement *statements;
    size_t statement_count;
    struct rs_source_splice *splices;
    size_t splice_count, splice_capacity;
} rs_source_edit;

/*
 * Starts with a source that was parsed without error; it may be empty. The text and the arena, from
 * which everything is taken, must outlive the edit.
 */
void rs_source_edit_init(rs_source_edit *edit, rs_arena *arena, rs_bytes text);

/*
 * Sets the `mode` line of the stanza that starts in the line `stanza` (rs_list_stanza has it), or
 * of the whole list for 0: changed where it is, else added at the end of the stanza, or at the top
 * of the file. `mode` is what stands after the keyword; NULL removes the line, if there is one.
 */
void rs_source_edit_set_mode(rs_source_edit *edit, uint32_t stanza, const char *mode);

/* Removes a stanza; comments stay, except that an empty line that set it apart may go with it. */
void rs_source_edit_remove(rs_source_edit *edit, uint32_t stanza);

/*
 * Adds statements to a stanza, each a line without indentation and end: after its last `permit`
 * line, else after its last `root` line.
 */
void rs_source_edit_add(rs_source_edit *edit, uint32_t stanza, const char *const *statements,
                        size_t count);

/*
 * The rules of a stanza as they are spelt, without indentation, comments and its `mode` line: an
 * array on the arena, with room for `room` more, of which `*count` are set.
 */
const char **rs_source_edit_rules(const rs_source_edit *edit, uint32_t stanza, size_t room,
                                  size_t *count);

/* Adds lines, each with its end, after all others; an empty line is put between. */
void rs_source_edit_append(rs_source_edit *edit, const char *lines);

/* The new text, on the arena. */
rs_bytes rs_source_edit_text(rs_source_edit *edit);

/*
 * The changes as hunks of a unified diff, on the arena, without the header that names the files.
 * Only for edits that add whole lines and do nothing else.
 */
const char *rs_source_edit_hunks(rs_source_edit *edit);

#endif
