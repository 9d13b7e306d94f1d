/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text from certificates and lists, made fit for a terminal.
 */
#ifndef RS_TEXT_H
#define RS_TEXT_H

#include "lib/base/arena.h"
#include "lib/base/sha256.h"

/*
 * A NUL-terminated UTF-8 copy in which every byte that is not part of a printable character is
 * spelt \xNN: controls (ASCII and C1), invalid UTF-8, and characters that change the direction of
 * text or show as nothing. Whoever names a certificate can't make a terminal lie with it.
 *
 * The result lives on the arena; it exits if there is no memory.
 */
const char *rs_text_printable(rs_arena *arena, rs_bytes bytes);

/* The same, cut off after `limit` bytes of input, with `...` then. */
const char *rs_text_excerpt(rs_arena *arena, rs_bytes bytes, size_t limit);

/* printf onto the arena. */
const char *rs_text_format(rs_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* `"text"` with \" and \\ where the list source needs quotes for it, else the text itself. */
const char *rs_text_quoted(rs_arena *arena, const char *text);

/* `"text"` always, as a label is written. */
const char *rs_text_label(rs_arena *arena, const char *text);

/* A hash in lower-case hexadecimal, NUL-terminated. */
#define RS_HEX_SIZE (2 * RS_SHA256_SIZE + 1)
void rs_text_hex(const uint8_t sha256[RS_SHA256_SIZE], char out[RS_HEX_SIZE]);

/* A number with commas between thousands. */
const char *rs_text_number(rs_arena *arena, size_t number);

#endif
