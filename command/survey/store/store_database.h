/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The database that a store is: opened so that a stranger's does no harm, made if there is none,
 * and refused if it is not a store of this version with the tables that a survey makes.
 *
 * All functions are for one thread at a time, and fail after a message.
 */
#ifndef RS_SURVEY_STORE_DATABASE_H
#define RS_SURVEY_STORE_DATABASE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct rs_store_database {
    sqlite3 *handle;
    const char *path;
    int64_t waits_since; /* store_database.c's own, as what follows */
    bool is_told;
} rs_store_database;

/*
 * Opens the database with flags of sqlite3_open_v2. `file` is its name for SQLite; an empty one is
 * a file of SQLite's own, which nobody sees. `path` is what messages call it, and must live as
 * long, as `database` itself must, where it is. Where another program has the file, all functions
 * wait for it: after some seconds they say so, and after some minutes they fail. False: it failed;
 * close it all the same.
 */
bool rs_store_database_open(rs_store_database *database, const char *path, const char *file,
                            int flags);

/* Undoes what is not committed. All queries have to be finalized. */
void rs_store_database_close(rs_store_database *database);

/* Says why the last call to SQLite failed. Returns false. */
bool rs_store_database_failed(const rs_store_database *database);

/* Begins a query, for the caller to step through and sqlite3_finalize. NULL: it failed. */
sqlite3_stmt *rs_store_database_query(const rs_store_database *database, const char *text);

/* Runs statements whose rows, if any, nobody wants. */
bool rs_store_database_execute(const rs_store_database *database, const char *text);

#endif
