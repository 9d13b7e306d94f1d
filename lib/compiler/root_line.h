/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What stands after `root`: how the root is told apart, and what people call it.
 */
#ifndef RS_ROOT_LINE_H
#define RS_ROOT_LINE_H

#include "lib/compiler/lexer.h"
#include "lib/compiler/list.h"

/*
 * Reads the one certificate of a PEM file that a `root pem:` line names. Given by the caller,
 * so that the parser needs no OpenSSL. Returns true and sets both hashes; or false and a
 * reason, "no certificate in it", in `why` (NUL-terminated).
 */
typedef bool rs_pem_read(void *arg, const char *path, uint8_t spki_sha256[RS_SHA256_SIZE],
                         uint8_t certificate_sha256[RS_SHA256_SIZE], char why[200]);

typedef struct rs_pem_reader {
    rs_pem_read *read;
    void *arg;
} rs_pem_reader;

/*
 * Reads a `root` line into `*root`; its label is the line's and lives no longer. A
 * relative `pem:` path starts from the directory of the place's file. False if the line
 * is wrong, which is then reported.
 */
bool rs_root_line_read(const rs_pem_reader *pem, const rs_place *place, const rs_line *line,
                       rs_list_root *root);

#endif
