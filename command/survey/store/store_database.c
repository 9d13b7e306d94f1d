/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/store/store_database.h"

#include "command/base/message.h"
#include "command/survey/store/schema.h"
#include "command/survey/store/store_file.h"
#include "command/survey/sums/contribution.h"

#include <stdio.h>
#include <time.h>

enum {
    WAIT_TOLD = 10, /* seconds until it is said that another program has the file */
    WAIT_MAX = 600, /* seconds until it is given up */
    PAUSE = 20,     /* milliseconds between two tries */
    ROW_MAX = (int)RS_CONTRIBUTION_MAX + 4096 /* bytes of a row: the largest is of a unit */
};

bool rs_store_database_failed(const rs_store_database *database)
{
    return rs_store_file_failed(database->path, database->handle);
}

sqlite3_stmt *rs_store_database_query(const rs_store_database *database, const char *text)
{
    sqlite3_stmt *query = NULL;
    if (sqlite3_prepare_v2(database->handle, text, -1, &query, NULL) != SQLITE_OK)
        rs_store_database_failed(database);
    return query;
}

bool rs_store_database_execute(const rs_store_database *database, const char *text)
{
    return sqlite3_exec(database->handle, text, NULL, NULL, NULL) == SQLITE_OK ||
           rs_store_database_failed(database);
}

/* The number that a statement gives. */
static bool get_number(const rs_store_database *database, const char *text, int64_t *number)
{
    sqlite3_stmt *query = rs_store_database_query(database, text);
    if (query == NULL)
        return false;
    bool good = sqlite3_step(query) == SQLITE_ROW;
    *number = good ? sqlite3_column_int64(query, 0) : 0;
    good = sqlite3_finalize(query) == SQLITE_OK && good;
    return good || rs_store_database_failed(database);
}

static bool make_tables(const rs_store_database *database)
{
    char text[100];
    snprintf(text, sizeof text, "PRAGMA application_id = %d; PRAGMA user_version = %d",
             RS_SURVEY_SCHEMA_APPLICATION, RS_SURVEY_SCHEMA_VERSION);
    bool good = rs_store_database_execute(database, text);
    for (size_t i = 0; rs_survey_schema[i] != NULL && good; i++)
        good = rs_store_database_execute(database, rs_survey_schema[i]);
    return good;
}

/* Two processes may find the same empty file: the second finds the tables of the first. */
static bool make_once(const rs_store_database *database)
{
    int64_t tables;
    return rs_store_database_execute(database, "BEGIN IMMEDIATE") &&
           get_number(database, "SELECT count(*) FROM sqlite_schema", &tables) &&
           (tables > 0 || make_tables(database)) && rs_store_database_execute(database, "COMMIT");
}

static bool check_version(const rs_store_database *database)
{
    int64_t application, version;
    if (!get_number(database, "PRAGMA application_id", &application) ||
        !get_number(database, "PRAGMA user_version", &version))
        return false;
    if (application != RS_SURVEY_SCHEMA_APPLICATION) {
        rs_message_error("%s is a database, but not a survey's store", database->path);
        return false;
    }
    if (version == RS_SURVEY_SCHEMA_VERSION)
        return true;
    rs_message_error("%s is a store of version %lld; this rootscope reads version %d; survey into "
                     "a new store",
                     database->path, (long long)version, RS_SURVEY_SCHEMA_VERSION);
    return false;
}

/* Views and triggers of strangers need not end: a store has the views that it is made with. */
static bool check_schema(const rs_store_database *database)
{
    sqlite3_stmt *query =
        rs_store_database_query(database, "SELECT count(*) FROM sqlite_schema WHERE sql = ?1"
                                          " AND (SELECT count(*) FROM sqlite_schema"
                                          " WHERE type = 'trigger') = 0");
    bool good = query != NULL;
    for (size_t i = 0; rs_survey_schema[i] != NULL && good; i++) {
        sqlite3_bind_text(query, 1, rs_survey_schema[i], -1, SQLITE_STATIC);
        good = sqlite3_step(query) == SQLITE_ROW && sqlite3_column_int(query, 0) == 1;
        sqlite3_reset(query);
    }
    sqlite3_finalize(query);
    if (!good)
        rs_message_error("%s has other tables or views than a survey makes; survey into a new "
                         "store",
                         database->path);
    return good;
}

static int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec;
}

/* SQLite's busy handler. A query that somebody leaves open must not end a survey of a day. */
static int wait_for_others(void *context, int tries)
{
    rs_store_database *database = context;
    const struct timespec pause = {.tv_nsec = PAUSE * 1000000L};
    if (tries == 0)
        database->waits_since = now();
    int64_t seconds = now() - database->waits_since;
    if (seconds >= WAIT_TOLD && !database->is_told) {
        rs_message_warning("%s: another program reads or writes it; waiting for it to end",
                           database->path);
        database->is_told = true;
    }
    nanosleep(&pause, NULL);
    return seconds < WAIT_MAX;
}

/* The file may be anybody's: what its schema says must do no more than a table does. */
static bool open_database(rs_store_database *database, const char *file, int flags)
{
    /* One thread at a time has a store (store.h), so that SQLite need not lock anything itself. */
    if (sqlite3_open_v2(file, &database->handle, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
        return rs_store_database_failed(database);
    sqlite3_busy_handler(database->handle, wait_for_others, database);
    sqlite3_db_config(database->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    /* What SQLite makes of a text of JSON is many times as large as the text. */
    sqlite3_limit(database->handle, SQLITE_LIMIT_LENGTH, ROW_MAX);
    /*
     * Nothing secret is ever deleted, so that nothing has to be overwritten with zeros. The cache
     * has room for what a batch of the writer changes; a larger one only takes longer to fill.
     */
    return rs_store_database_execute(database,
                                     "PRAGMA trusted_schema = OFF; PRAGMA secure_delete = OFF;"
                                     "PRAGMA cache_size = -16384");
}

bool rs_store_database_open(rs_store_database *database, const char *path, const char *file,
                            int flags)
{
    int64_t tables;
    bool may_be_new = (flags & SQLITE_OPEN_CREATE) != 0, is_hidden = *file == '\0';
    *database = (rs_store_database){.path = path};
    if ((!is_hidden && !rs_store_file_check(path, may_be_new)) ||
        !open_database(database, file, flags) ||
        !get_number(database, "SELECT count(*) FROM sqlite_schema", &tables))
        return false;
    if (tables == 0 && may_be_new && !make_once(database))
        return false;
    return check_version(database) && check_schema(database);
}

void rs_store_database_close(rs_store_database *database)
{
    sqlite3_close(database->handle);
}
