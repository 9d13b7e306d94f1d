/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file read whole into private memory. Files are never mapped: a mapped file that somebody
 * truncates kills every process that reads it.
 */
#ifndef RS_FILE_H
#define RS_FILE_H

#include "lib/base/bytes.h"

typedef enum rs_file_status {
    RS_FILE_OK = 0,
    RS_FILE_SYSTEM,      /* errno says what */
    RS_FILE_NOT_REGULAR, /* a directory, a FIFO, a device */
    RS_FILE_TOO_LARGE,   /* more bytes than the caller allows */
    RS_FILE_CHANGED,     /* it grew or shrank meanwhile */
    RS_FILE_NO_MEMORY,
} rs_file_status;

/*
 * Reads a regular file of at most `limit` bytes. Never waits for a writer, as opening a FIFO
 * would.
 *
 * On RS_FILE_OK, `*bytes` is memory from malloc, which the caller frees (not NULL even if the
 * file is empty), and `*size` the file's size. After anything else both are untouched, and
 * `errno` is meaningful only for RS_FILE_SYSTEM.
 */
rs_file_status rs_file_read(const char *path, size_t limit, uint8_t **bytes, size_t *size);

/* What is wrong, for people; "cannot be read" for RS_FILE_SYSTEM. Never NULL. */
const char *rs_file_status_text(rs_file_status status);

#endif
