/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of counts as a table that SQLite reads. One statement then adds all of them, in half of
 * the time of a statement for each.
 */
#ifndef RS_SURVEY_ROW_SOURCE_H
#define RS_SURVEY_ROW_SOURCE_H

#include "command/survey/sums/counts.h"

#include <sqlite3.h>

#define RS_ROW_SOURCE "row_source" /* the table's name; its columns are those of the table `part` */

typedef struct rs_row_source {
    const rs_counts *counts;
    const int64_t *issuers; /* what the store calls each of the issuers of `counts` */
} rs_row_source;

/*
 * Lets statements of this connection read whatever `source` says at the time. It must live as long
 * as the connection. False: it failed, and sqlite3_errmsg says why.
 */
bool rs_row_source_offer(sqlite3 *database, const rs_row_source *source);

#endif
