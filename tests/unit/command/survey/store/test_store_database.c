/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/store/store_database.h"

#include "command/survey/sums/contribution.h"
#include "tests/unit/rows.h"
#include "tests/unit/scratch.h"
#include "tests/unit/suite.h"

enum { NEW = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE };

static bool opens(const char *path, int flags)
{
    rs_store_database database;
    bool good = rs_store_database_open(&database, path, path, flags);
    rs_store_database_close(&database);
    return good;
}

/* Runs statements as another program may do, without what a survey forbids itself. */
static void change(const char *path, const char *text)
{
    sqlite3 *handle;
    CU_ASSERT_FATAL(sqlite3_open(path, &handle) == SQLITE_OK);
    CU_ASSERT(sqlite3_exec(handle, text, NULL, NULL, NULL) == SQLITE_OK);
    sqlite3_close(handle);
}

static void a_database_is_made_once(void)
{
    scratch_path path = scratch("new");
    CU_ASSERT(!opens(path.text, SQLITE_OPEN_READONLY));
    CU_ASSERT(opens(path.text, NEW));
    change(path.text, "INSERT INTO total VALUES ('certificates', 7)");
    rs_store_database database;
    CU_ASSERT_FATAL(rs_store_database_open(&database, path.text, path.text, NEW));
    sqlite3_stmt *query = rs_store_database_query(&database, "SELECT count FROM total");
    CU_ASSERT_FATAL(query != NULL && sqlite3_step(query) == SQLITE_ROW);
    CU_ASSERT(sqlite3_column_int(query, 0) == 7);
    sqlite3_finalize(query);
    rs_store_database_close(&database);
    CU_ASSERT(opens(path.text, SQLITE_OPEN_READONLY));
    CU_ASSERT(opens("", NEW)); /* SQLite's own */
}

static void databases_of_others_are_refused(void)
{
    static const char *const changes[] = {
        "PRAGMA application_id = 1",
        "PRAGMA user_version = 1",
        "PRAGMA user_version = 99",
        "DROP TABLE tile",
        "DROP VIEW by_tld; CREATE VIEW by_tld AS SELECT 1",
        "CREATE TRIGGER later AFTER INSERT ON unit BEGIN DELETE FROM unit; END",
    };
    for (size_t i = 0; i < ROWS(changes); i++) {
        scratch_path path = scratch("changed");
        unlink(path.text);
        CU_ASSERT(opens(path.text, NEW));
        change(path.text, changes[i]);
        CU_ASSERT(!opens(path.text, NEW) && !opens(path.text, SQLITE_OPEN_READONLY));
    }
    scratch_path path = scratch("index");
    CU_ASSERT(opens(path.text, NEW));
    change(path.text, "CREATE INDEX mine ON pack (issuer)");
    CU_ASSERT(opens(path.text, NEW));
}

static void what_a_database_has_does_little(void)
{
    scratch_path path = scratch("limited");
    rs_store_database database;
    CU_ASSERT_FATAL(rs_store_database_open(&database, path.text, path.text, NEW));
    CU_ASSERT(sqlite3_limit(database.handle, SQLITE_LIMIT_LENGTH, -1) <
              2 * (int)RS_CONTRIBUTION_MAX);
    int trusts = 1, is_defensive = 0;
    CU_ASSERT(sqlite3_db_config(database.handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, -1, &trusts) ==
                  SQLITE_OK &&
              trusts == 0);
    CU_ASSERT(sqlite3_db_config(database.handle, SQLITE_DBCONFIG_DEFENSIVE, -1, &is_defensive) ==
                  SQLITE_OK &&
              is_defensive == 1);
    CU_ASSERT(rs_store_database_execute(&database, "DELETE FROM total"));
    CU_ASSERT(!rs_store_database_execute(&database, "DELETE FROM nothing"));
    CU_ASSERT(rs_store_database_query(&database, "SELECT nothing") == NULL);
    rs_store_database_close(&database);
}

static CU_TestInfo tests[] = {
    {"a_database_is_made_once", a_database_is_made_once},
    {"databases_of_others_are_refused", databases_of_others_are_refused},
    {"what_a_database_has_does_little", what_a_database_has_does_little},
    CU_TEST_INFO_NULL,
};

RS_SUITE("store_database", tests)
