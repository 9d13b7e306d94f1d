/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changes to the text of a list source. All the rest of the text stays as it is, byte for byte:
 * comments, indentation, line ends.
 *
 * Changes are collected first, and refer to the original text with its line numbers. Two changes
 * must not touch the same statement. New lines end like the first line of the file. Every function
 * exits if memory runs out.
 */
#ifndef RS_SOURCE_EDIT_H
#define RS_SOURCE_EDIT_H

#include "lib/base/arena.h"

struct rs_source_statement;

/* `removed` bytes from `at` on give way to `text`. */
typedef struct rs_source_splice {
    size_t at, removed;
    bool is_appended; /* after what the last stanza gets */
    size_t order;     /* as they were asked for */
    rs_bytes text;
} rs_source_splice;

typedef struct rs_source_edit {
    rs_arena *arena;
    rs_bytes text; /* the original */
    struct rs_source_statement *statements;
    size_t statement_count;
    rs_source_splice *splices;
    size_t splice_count, splice_capacity;
} rs_source_edit;

/*
 * Starts an edit of a source, which was parsed without error and may be empty. The text and the
 * arena, which holds all that the edit makes, must outlive the edit.
 */
void rs_source_edit_init(rs_source_edit *edit, rs_arena *arena, rs_bytes text);

/*
 * Sets the `mode` line of the stanza that starts in line `stanza` (see rs_list_stanza), or of the
 * whole list if that is 0. A line that exists is changed; a new one goes to the end of the stanza,
 * or to the top of the file. `mode` is what follows the keyword; NULL removes the line.
 */
void rs_source_edit_set_mode(rs_source_edit *edit, uint32_t stanza, const char *mode);

/* Removes a stanza and one empty line before it. Comments stay. */
void rs_source_edit_remove(rs_source_edit *edit, uint32_t stanza);

/* Removes the statement that stands in a line; a comment behind it stays. */
void rs_source_edit_remove_line(rs_source_edit *edit, uint32_t line);

/*
 * Adds statements to a stanza, after its last `permit` line or else its last `root` line. A
 * statement is a line without indentation and line end.
 */
void rs_source_edit_add(rs_source_edit *edit, uint32_t stanza, const char *const *statements,
                        size_t count);

/*
 * Returns the rules of a stanza as they are spelt, without indentation, comments and `mode` line:
 * an array of `*count` texts on the arena, with room for `room` more.
 */
const char **rs_source_edit_rules(const rs_source_edit *edit, uint32_t stanza, size_t room,
                                  size_t *count);

/* Adds an empty line and `lines`, each with its line end, at the end of the text. */
void rs_source_edit_append(rs_source_edit *edit, const char *lines);

/* Returns the new text, on the arena. */
rs_bytes rs_source_edit_text(rs_source_edit *edit);

#endif
