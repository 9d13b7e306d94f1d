/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a store says in one number.
 */
#ifndef RS_STORE_NUMBER_H
#define RS_STORE_NUMBER_H

#include "command/survey/store/store.h"
#include "tests/unit/suite.h"

/* Of a query that has a row. */
static inline int64_t store_number(rs_survey_store *store, const char *text)
{
    sqlite3_stmt *query = rs_survey_store_query(store, text);
    CU_ASSERT_FATAL(query != NULL && sqlite3_step(query) == SQLITE_ROW);
    int64_t number = sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    return number;
}

#endif
