/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CSV as spreadsheets write it (RFC 4180). It is forty lines, so that no library is worth a
 * package more on every machine.
 */
#ifndef RS_CSV_H
#define RS_CSV_H

#include "lib/base/bytes.h"

#define RS_CSV_FIELDS_MAX 256 /* further ones of a row are skipped */

typedef struct rs_csv {
    char *rest;  /* the text, ended by NUL; fields are made in place */
    size_t line; /* of `rest`, from 1 */
    rs_bytes fields[RS_CSV_FIELDS_MAX];
    size_t count;
    size_t row_line; /* where the row starts */
} rs_csv;

/* Starts on a text, which is changed. */
void rs_csv_init(rs_csv *csv, char *text);

/* Reads the next row that is not empty. False at the end. A field in quotes may have line ends. */
bool rs_csv_next(rs_csv *csv);

/* The field of a column; empty if the row is shorter. */
rs_bytes rs_csv_field(const rs_csv *csv, size_t column);

#endif
