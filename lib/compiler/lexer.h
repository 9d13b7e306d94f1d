/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list source cut into lines, and lines into words. rootscope-list(5) has the rules.
 */
#ifndef RS_LEXER_H
#define RS_LEXER_H

#include "lib/compiler/diagnostics.h"

#define RS_LINE_MAX 4096 /* bytes in a line, without its end */

/*
 * What stands between white space. Its end, or all of it, may be in double quotes: `cn:"J. Doe"`
 * is one word, of which `cn:` is bare.
 */
typedef struct rs_word {
    rs_bytes text; /* valid UTF-8 without control characters; quotes and escapes resolved */
    size_t bare;   /* how many bytes of the text stand before the quotes; all if it has none */
    bool quoted;
    uint32_t column; /* where the word starts, from 1 */
} rs_word;

/* One more than the longest statement has, so that an extra word has a column. */
#define RS_LINE_WORDS 5

typedef struct rs_line {
    rs_word words[RS_LINE_WORDS]; /* the first ones; their text is good until the next line */
    size_t count;                 /* of all words of the line, kept or not; never 0 */
    uint32_t number;              /* from 1 */
} rs_line;

typedef enum rs_lexed {
    RS_LEXED_BAD = 0, /* a line that cannot be read; reported, and passed over */
    RS_LEXED_END = 1,
    RS_LEXED_LINE = 2,
} rs_lexed;

typedef struct rs_lexer {
    rs_bytes rest;
    rs_place place; /* of the line that is being read */
    uint8_t unquoted[RS_LINE_MAX];
    size_t unquoted_length;
} rs_lexer;

/* `file` and `text` must outlive the lexer. */
void rs_lexer_init(rs_lexer *lexer, const char *file, rs_bytes text, rs_diagnostics *diagnostics);

/* The next line that has words. `*line` is set for RS_LEXED_LINE only. */
rs_lexed rs_lexer_next(rs_lexer *lexer, rs_line *line);

/* The place of what a word says from its byte `from` on. */
rs_place rs_lexer_word_place(const rs_place *line, const rs_word *word, size_t from);

#endif
