/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/store/hashes.h"

#include "command/base/message.h"

#include <stdlib.h>

void rs_survey_hashes_add(rs_survey_hashes *hashes, const uint8_t hash[RS_SHA256_SIZE])
{
    if (hashes->count == hashes->capacity) {
        hashes->capacity = hashes->capacity == 0 ? 64 : 2 * hashes->capacity;
        hashes->items =
            rs_message_need(reallocarray(hashes->items, hashes->capacity, sizeof *hashes->items));
    }
    memcpy(hashes->items[hashes->count++], hash, RS_SHA256_SIZE);
}

bool rs_survey_hashes_load(rs_survey_hashes *hashes, rs_survey_store *store, const char *query)
{
    sqlite3_stmt *rows = rs_survey_store_query(store, query);
    if (rows == NULL)
        return false;
    while (sqlite3_step(rows) == SQLITE_ROW)
        if (sqlite3_column_bytes(rows, 0) == RS_SHA256_SIZE)
            rs_survey_hashes_add(hashes, sqlite3_column_blob(rows, 0));
    return sqlite3_finalize(rows) == SQLITE_OK || rs_survey_store_failed(store);
}

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, RS_SHA256_SIZE);
}

void rs_survey_hashes_sort(rs_survey_hashes *hashes)
{
    if (hashes->count > 0)
        qsort(hashes->items, hashes->count, sizeof *hashes->items, compare);
}

bool rs_survey_hashes_have(const rs_survey_hashes *hashes, const uint8_t hash[RS_SHA256_SIZE])
{
    return hashes->count > 0 &&
           bsearch(hash, hashes->items, hashes->count, RS_SHA256_SIZE, compare) != NULL;
}

void rs_survey_hashes_clear(rs_survey_hashes *hashes)
{
    free(hashes->items);
    *hashes = (rs_survey_hashes){0};
}
