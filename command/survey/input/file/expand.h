/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file read once from the front, decompressed if it is gzip, zstd or xz, which its content tells.
 * Whatever the file is, the memory that this takes is bounded: by the window of zstd or xz, of at
 * most 128 MiB, which the command line tools do not exceed either unless they are told to.
 */
#ifndef RS_SURVEY_EXPAND_H
#define RS_SURVEY_EXPAND_H

#include "command/survey/input/format/entry.h"

typedef struct rs_expander rs_expander;

/*
 * Reads from a descriptor, which it closes in the end. NULL if there is no memory; the descriptor
 * is closed then, too.
 */
rs_expander *rs_expander_new(int fd);
void rs_expander_free(rs_expander *expander);

/* The first call of rs_expander_read asks for as much or more, which tells the compression. */
enum { RS_EXPANDER_FIRST = 6 };

/*
 * Reads up to `n` bytes; fewer only at the end, or where it goes no further. Then
 * rs_expander_rejection says why, if it is not the end.
 */
size_t rs_expander_read(rs_expander *expander, uint8_t *p, size_t n);

/* False if there is no reason: the file was whole so far. */
bool rs_expander_rejection(const rs_expander *expander, rs_survey_rejection *rejection);

/* The errno with which the system refused to read the file; 0: it did not. */
int rs_expander_error(const rs_expander *expander);

/* So many bytes of the file have been read. */
uint64_t rs_expander_position(const rs_expander *expander);

/*
 * What expands to more than this times its size, and to more than so much, is taken for a trap: no
 * more of it is read.
 */
enum { RS_EXPANDER_RATIO_MAX = 200, RS_EXPANDER_FREE = 64 << 20 };

#endif
