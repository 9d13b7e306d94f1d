/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes text from certificates and lists printable.
 */
#ifndef RS_TEXT_H
#define RS_TEXT_H

#include "lib/base/arena.h"
#include "lib/base/sha256.h"

#include <stdarg.h>
#include <stdbool.h>

/*
 * Returns a NUL-terminated UTF-8 copy on the arena, as rs_printable_write makes it: the name in a
 * certificate cannot deceive a terminal.
 *
 * All functions here exit if memory runs out.
 */
const char *rs_text_printable(rs_arena *arena, rs_bytes bytes);

/* The same. After `limit` bytes of input, the text is cut and ends with `...`. */
const char *rs_text_excerpt(rs_arena *arena, rs_bytes bytes, size_t limit);

/* Formats as printf does, onto the arena. */
const char *rs_text_format(rs_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The same as vprintf does; `arguments` are used up. */
const char *rs_text_format_list(rs_arena *arena, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

/* Returns `"text"`, with \" and \\, if a list source needs quotes for it, else the text itself. */
const char *rs_text_quoted(rs_arena *arena, const char *text);

/* Returns `"text"` in any case: a label has quotes. */
const char *rs_text_label(rs_arena *arena, const char *text);

/* Returns the text as one word of a POSIX shell, in single quotes if it needs them. */
const char *rs_text_shell(rs_arena *arena, const char *text);

/* Writes a hash in lower-case hexadecimal, NUL-terminated. */
#define RS_HEX_SIZE (2 * RS_SHA256_SIZE + 1)
void rs_text_hex(const uint8_t sha256[RS_SHA256_SIZE], char out[RS_HEX_SIZE]);

/* Returns a number with commas between thousands, on the arena. */
const char *rs_text_number(rs_arena *arena, size_t number);

/* Reads a number of decimal digits alone. False: it is none, or more than `most`. */
bool rs_text_read_number(const char *text, uint64_t most, uint64_t *number);

#endif
