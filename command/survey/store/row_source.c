/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/store/row_source.h"

/* In the order of the table `part`. */
typedef enum column {
    DOMAIN,
    ISSUER,
    SUFFIX_LENGTH,
    TLD_LENGTH,
    CERTIFICATES,
    SUFFIX_CERTIFICATES,
    TLD_CERTIFICATES,
    FIRST,
    LAST
} column;

static const char declaration[] =
    "CREATE TABLE source (domain, issuer, suffix_length, tld_length, certificates, "
    "suffix_certificates, tld_certificates, first, last)";

/* What SQLite keeps of the table and of a walk over it; its own part comes first. */
typedef struct source_table {
    sqlite3_vtab base;
    const rs_row_source *source;
} source_table;

typedef struct source_cursor {
    sqlite3_vtab_cursor base;
    size_t at; /* a row of the counts */
} source_cursor;

static const rs_row_source *source_of(const sqlite3_vtab_cursor *cursor)
{
    return ((const source_table *)cursor->pVtab)->source;
}

static int connect_table(sqlite3 *database, void *source, int argc, const char *const *argv,
                         sqlite3_vtab **table, char **error)
{
    (void)argc, (void)argv, (void)error;
    source_table *made = sqlite3_malloc(sizeof *made);
    if (made == NULL)
        return SQLITE_NOMEM;
    *made = (source_table){.source = source};
    *table = &made->base;
    return sqlite3_declare_vtab(database, declaration);
}

static int disconnect_table(sqlite3_vtab *table)
{
    sqlite3_free(table);
    return SQLITE_OK;
}

static int plan(sqlite3_vtab *table, sqlite3_index_info *info)
{
    (void)table, (void)info; /* all rows, in their order */
    return SQLITE_OK;
}

static int open_cursor(sqlite3_vtab *table, sqlite3_vtab_cursor **cursor)
{
    (void)table;
    source_cursor *made = sqlite3_malloc(sizeof *made);
    if (made == NULL)
        return SQLITE_NOMEM;
    *made = (source_cursor){.at = 0};
    *cursor = &made->base;
    return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *cursor)
{
    sqlite3_free(cursor);
    return SQLITE_OK;
}

static int rewind_cursor(sqlite3_vtab_cursor *cursor, int plan_number, const char *plan_text,
                         int argc, sqlite3_value **argv)
{
    (void)plan_number, (void)plan_text, (void)argc, (void)argv;
    ((source_cursor *)cursor)->at = 0;
    return SQLITE_OK;
}

static int next(sqlite3_vtab_cursor *cursor)
{
    ((source_cursor *)cursor)->at++;
    return SQLITE_OK;
}

static int is_at_end(sqlite3_vtab_cursor *cursor)
{
    return ((source_cursor *)cursor)->at >= source_of(cursor)->counts->row_count;
}

static int64_t number_of(const rs_row_source *source, const rs_counts_row *row, column which)
{
    switch (which) {
    case ISSUER:
        return source->issuers[row->issuer];
    case SUFFIX_LENGTH:
        return row->suffix_length;
    case TLD_LENGTH:
        return row->tld_length;
    case CERTIFICATES:
        return (int64_t)row->sum.certificates;
    case SUFFIX_CERTIFICATES:
        return (int64_t)row->sum.suffix_certificates;
    case TLD_CERTIFICATES:
        return (int64_t)row->sum.tld_certificates;
    case FIRST:
        return row->sum.first;
    default:
        return row->sum.last;
    }
}

static int give_column(sqlite3_vtab_cursor *cursor, sqlite3_context *context, int which)
{
    const rs_row_source *source = source_of(cursor);
    const rs_counts_row *row = &source->counts->rows[((source_cursor *)cursor)->at];
    if (which == DOMAIN)
        sqlite3_result_text(context, (const char *)row->name, row->name_length, SQLITE_STATIC);
    else
        sqlite3_result_int64(context, number_of(source, row, (column)which));
    return SQLITE_OK;
}

static int give_number(sqlite3_vtab_cursor *cursor, sqlite3_int64 *number)
{
    *number = (sqlite3_int64)((source_cursor *)cursor)->at;
    return SQLITE_OK;
}

bool rs_row_source_offer(sqlite3 *database, const rs_row_source *source)
{
    /* Without xCreate it is there by its name alone, and no schema can have it. */
    static const sqlite3_module module = {.xConnect = connect_table,
                                          .xDisconnect = disconnect_table,
                                          .xBestIndex = plan,
                                          .xOpen = open_cursor,
                                          .xClose = close_cursor,
                                          .xFilter = rewind_cursor,
                                          .xNext = next,
                                          .xEof = is_at_end,
                                          .xColumn = give_column,
                                          .xRowid = give_number};
    return sqlite3_create_module(database, RS_ROW_SOURCE, &module, (void *)source) == SQLITE_OK;
}
