/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/store/store.h"

#include "command/base/message.h"
#include "command/survey/store/packs.h"
#include "command/survey/store/schema.h"
#include "command/survey/store/store_file.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    BUSY_MILLISECONDS = 10000,
    ROW_MAX = (int)RS_CONTRIBUTION_MAX + 4096 /* bytes of a row: the largest is of a unit */
};

typedef enum statement {
    ADD_UNIT,
    ADD_TILE,
    ADD_ISSUER,
    ADD_CA,
    ADD_PACK,
    ADD_TOTAL,
    ADD_ROOT,
    ADD_REACH,
    ADD_SETTING,
    GET_ISSUER,
    GET_SETTING,
    STATEMENTS
} statement;

static const char *const statement_texts[] = {
    [ADD_UNIT] = "INSERT INTO unit VALUES (?1, ?2) ON CONFLICT DO NOTHING",
    [ADD_TILE] = "INSERT INTO tile VALUES (?1) ON CONFLICT DO NOTHING",
    [ADD_ISSUER] = "INSERT INTO issuer (reference, certificates) VALUES (?1, ?2)"
                   " ON CONFLICT DO UPDATE SET certificates = certificates + excluded.certificates"
                   " WHERE excluded.certificates > 0",
    [ADD_CA] = "INSERT INTO ca VALUES (?1, ?2, ?3)"
               " ON CONFLICT DO UPDATE SET is_root = max(is_root, excluded.is_root)",
    [ADD_PACK] = "INSERT INTO pack VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    [ADD_TOTAL] = "INSERT INTO total VALUES (?1, ?2)"
                  " ON CONFLICT DO UPDATE SET count = count + excluded.count",
    /* Certificates of one key may have several labels: the same stays, whatever the order. */
    [ADD_ROOT] = "INSERT INTO root (key, label) VALUES (?1, ?2)"
                 " ON CONFLICT DO UPDATE SET label = min(label, excluded.label)",
    [ADD_REACH] = "INSERT INTO reaches SELECT issuer.id, root.id FROM issuer, root"
                  " WHERE issuer.reference = ?1 AND root.key = ?2 ON CONFLICT DO NOTHING",
    [ADD_SETTING] = "INSERT INTO setting VALUES (?1, ?2)",
    [GET_ISSUER] = "SELECT id FROM issuer WHERE reference = ?1",
    [GET_SETTING] = "SELECT value FROM setting WHERE name = ?1",
};

struct rs_survey_store {
    sqlite3 *database;
    sqlite3_stmt *statements[STATEMENTS];
    char path[];
};

bool rs_survey_store_failed(const rs_survey_store *store)
{
    return rs_store_file_failed(store->path, store->database);
}

sqlite3_stmt *rs_survey_store_query(rs_survey_store *store, const char *text)
{
    sqlite3_stmt *query = NULL;
    if (sqlite3_prepare_v2(store->database, text, -1, &query, NULL) != SQLITE_OK)
        rs_survey_store_failed(store);
    return query;
}

static bool execute(rs_survey_store *store, const char *text)
{
    return sqlite3_exec(store->database, text, NULL, NULL, NULL) == SQLITE_OK ||
           rs_survey_store_failed(store);
}

/* The number that a statement gives. */
static bool get_number(rs_survey_store *store, const char *text, int64_t *number)
{
    sqlite3_stmt *query = rs_survey_store_query(store, text);
    if (query == NULL)
        return false;
    bool good = sqlite3_step(query) == SQLITE_ROW;
    *number = good ? sqlite3_column_int64(query, 0) : 0;
    good = sqlite3_finalize(query) == SQLITE_OK && good;
    return good || rs_survey_store_failed(store);
}

bool rs_survey_store_begin(rs_survey_store *store)
{
    return execute(store, "BEGIN IMMEDIATE");
}

bool rs_survey_store_commit(rs_survey_store *store)
{
    return execute(store, "COMMIT");
}

bool rs_survey_store_rollback(rs_survey_store *store)
{
    sqlite3_exec(store->database, "ROLLBACK", NULL, NULL, NULL);
    return false;
}

static bool make_tables(rs_survey_store *store)
{
    char text[100];
    snprintf(text, sizeof text, "PRAGMA application_id = %d; PRAGMA user_version = %d",
             RS_SURVEY_SCHEMA_APPLICATION, RS_SURVEY_SCHEMA_VERSION);
    bool good = execute(store, text);
    for (size_t i = 0; rs_survey_schema[i] != NULL && good; i++)
        good = execute(store, rs_survey_schema[i]);
    return good;
}

/* Two processes may find the same empty file: the second finds the tables of the first. */
static bool make_once(rs_survey_store *store)
{
    int64_t tables;
    return rs_survey_store_begin(store) &&
           get_number(store, "SELECT count(*) FROM sqlite_schema", &tables) &&
           (tables > 0 || make_tables(store)) && rs_survey_store_commit(store);
}

static bool check_version(rs_survey_store *store)
{
    int64_t application, version;
    if (!get_number(store, "PRAGMA application_id", &application) ||
        !get_number(store, "PRAGMA user_version", &version))
        return false;
    if (application != RS_SURVEY_SCHEMA_APPLICATION) {
        rs_message_error("%s is a database, but not a survey's store", store->path);
        return false;
    }
    if (version == RS_SURVEY_SCHEMA_VERSION)
        return true;
    rs_message_error("%s is a store of version %lld; this rootscope reads version %d; survey into "
                     "a new store",
                     store->path, (long long)version, RS_SURVEY_SCHEMA_VERSION);
    return false;
}

/* Views and triggers of strangers need not end: a store has the views that it is made with. */
static bool check_schema(rs_survey_store *store)
{
    sqlite3_stmt *query =
        rs_survey_store_query(store, "SELECT count(*) FROM sqlite_schema WHERE sql = ?1"
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
                         store->path);
    return good;
}

static bool prepare_all(rs_survey_store *store)
{
    for (int i = 0; i < STATEMENTS; i++)
        if (sqlite3_prepare_v3(store->database, statement_texts[i], -1, SQLITE_PREPARE_PERSISTENT,
                               &store->statements[i], NULL) != SQLITE_OK)
            return rs_survey_store_failed(store);
    return true;
}

/* The file may be anybody's: what its schema says must do no more than a table does. */
static bool open_database(rs_survey_store *store, int flags)
{
    /* One thread at a time has a store (store.h), so that SQLite need not lock anything itself. */
    if (sqlite3_open_v2(store->path, &store->database, flags | SQLITE_OPEN_NOMUTEX, NULL) !=
        SQLITE_OK)
        return rs_survey_store_failed(store);
    sqlite3_busy_timeout(store->database, BUSY_MILLISECONDS);
    sqlite3_db_config(store->database, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    /* What SQLite makes of a text of JSON is many times as large as the text. */
    sqlite3_limit(store->database, SQLITE_LIMIT_LENGTH, ROW_MAX);
    /*
     * Nothing secret is ever deleted, so that nothing has to be overwritten with zeros. The cache
     * has room for what a batch of the writer changes; a larger one only takes longer to fill.
     */
    return execute(store, "PRAGMA trusted_schema = OFF; PRAGMA secure_delete = OFF;"
                          "PRAGMA cache_size = -16384");
}

static bool begin_use(rs_survey_store *store, int flags)
{
    int64_t tables;
    bool may_be_new = (flags & SQLITE_OPEN_CREATE) != 0, is_hidden = *store->path == '\0';
    if ((!is_hidden && !rs_store_file_check(store->path, may_be_new)) ||
        !open_database(store, flags) ||
        !get_number(store, "SELECT count(*) FROM sqlite_schema", &tables))
        return false;
    if (tables == 0 && may_be_new && !make_once(store))
        return false;
    return check_version(store) && check_schema(store) && prepare_all(store);
}

static rs_survey_store *open_store(const char *path, int flags)
{
    size_t size = strlen(path) + 1;
    rs_survey_store *store = rs_message_need(calloc(1, sizeof *store + size));
    memcpy(store->path, path, size);
    if (begin_use(store, flags))
        return store;
    rs_survey_store_close(store);
    return NULL;
}

rs_survey_store *rs_survey_store_open(const char *path)
{
    return open_store(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
}

rs_survey_store *rs_survey_store_open_to_read(const char *path)
{
    return open_store(path, SQLITE_OPEN_READONLY);
}

void rs_survey_store_close(rs_survey_store *store)
{
    if (store == NULL)
        return;
    for (int i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(store->statements[i]);
    sqlite3_close(store->database);
    free(store);
}

static void bind_blob(sqlite3_stmt *query, int at, rs_bytes bytes)
{
    sqlite3_bind_blob64(query, at, bytes.p, bytes.n, SQLITE_STATIC);
}

static void bind_digest(sqlite3_stmt *query, int at, const uint8_t digest[RS_SHA256_SIZE])
{
    bind_blob(query, at, rs_bytes_make(digest, RS_SHA256_SIZE));
}

/* Runs a statement that gives no rows, and makes it ready for the next time. */
static bool run(rs_survey_store *store, sqlite3_stmt *query)
{
    bool good = sqlite3_step(query) == SQLITE_DONE || rs_survey_store_failed(store);
    sqlite3_reset(query);
    return good;
}

bool rs_survey_store_set(rs_survey_store *store, const char *name, const char *value)
{
    sqlite3_stmt *get = store->statements[GET_SETTING], *add = store->statements[ADD_SETTING];
    sqlite3_bind_text(get, 1, name, -1, SQLITE_STATIC);
    int step = sqlite3_step(get);
    bool good = step == SQLITE_DONE;
    if (step == SQLITE_ROW) {
        const char *before = (const char *)sqlite3_column_text(get, 0);
        good = before != NULL && strcmp(before, value) == 0;
        if (!good)
            rs_message_error("%s was made with %s %s, not %s; use another store", store->path, name,
                             before, value);
    } else if (!good) {
        rs_survey_store_failed(store);
    }
    sqlite3_reset(get);
    if (step != SQLITE_DONE)
        return good;
    sqlite3_bind_text(add, 1, name, -1, SQLITE_STATIC);
    sqlite3_bind_text(add, 2, value, -1, SQLITE_STATIC);
    return run(store, add);
}

rs_survey_store_added rs_survey_store_add_unit(rs_survey_store *store,
                                               const uint8_t digest[RS_SHA256_SIZE],
                                               rs_bytes contribution)
{
    sqlite3_stmt *add = store->statements[ADD_UNIT];
    bind_digest(add, 1, digest);
    bind_blob(add, 2, contribution);
    if (!run(store, add))
        return RS_SURVEY_STORE_FAILED;
    return sqlite3_changes(store->database) > 0 ? RS_SURVEY_STORE_ADDED : RS_SURVEY_STORE_KNOWN;
}

bool rs_survey_store_add_tile(rs_survey_store *store, const uint8_t tile[RS_SHA256_SIZE])
{
    bind_digest(store->statements[ADD_TILE], 1, tile);
    return run(store, store->statements[ADD_TILE]);
}

/* Adds certificates to an issuer, which is entered if it is new. `id` becomes its number. */
static bool add_issuer(rs_survey_store *store, rs_bytes reference, uint64_t certificates,
                       int64_t *id)
{
    sqlite3_stmt *add = store->statements[ADD_ISSUER], *get = store->statements[GET_ISSUER];
    bind_blob(add, 1, reference);
    sqlite3_bind_int64(add, 2, (int64_t)certificates);
    bind_blob(get, 1, reference);
    bool good = run(store, add);
    if (good && sqlite3_step(get) == SQLITE_ROW)
        *id = sqlite3_column_int64(get, 0);
    else
        good = good && rs_survey_store_failed(store);
    sqlite3_reset(get);
    return good;
}

static bool add_total(rs_survey_store *store, const char *name, uint64_t count)
{
    sqlite3_stmt *add = store->statements[ADD_TOTAL];
    sqlite3_bind_text(add, 1, name, -1, SQLITE_STATIC);
    sqlite3_bind_int64(add, 2, (int64_t)count);
    return run(store, add);
}

/* Where packs are added, and what the store calls the issuers of the counts. */
typedef struct pack_target {
    rs_survey_store *store;
    const int64_t *issuers;
} pack_target;

static bool add_pack(void *context, const rs_pack *pack, rs_bytes domains)
{
    const pack_target *target = context;
    sqlite3_stmt *add = target->store->statements[ADD_PACK];
    sqlite3_bind_int64(add, 1, target->issuers[pack->issuer]);
    sqlite3_bind_int(add, 2, pack->suffix_length);
    sqlite3_bind_int(add, 3, pack->tld_length);
    sqlite3_bind_int64(add, 4, (int64_t)pack->certificates);
    sqlite3_bind_int64(add, 5, (int64_t)pack->suffix_certificates);
    sqlite3_bind_int64(add, 6, (int64_t)pack->tld_certificates);
    sqlite3_bind_int64(add, 7, pack->span);
    sqlite3_bind_text(add, 8, (const char *)domains.p, (int)domains.n, SQLITE_STATIC);
    return run(target->store, add);
}

bool rs_survey_store_add_counts(rs_survey_store *store, const rs_counts *counts)
{
    int64_t *issuers = rs_message_need(calloc(counts->issuer_count + 1, sizeof *issuers));
    pack_target target = {store, issuers};
    bool good = true;
    for (size_t i = 0; i < counts->issuer_count && good; i++)
        good = add_issuer(store, counts->issuers[i].reference, counts->issuers[i].certificates,
                          &issuers[i]);
    good = good && rs_packs_each(counts, add_pack, &target) &&
           add_total(store, RS_COUNTS_COUNTED, counts->certificates);
    for (size_t i = 0; i < counts->reason_count && good; i++)
        good = add_total(store, counts->reasons[i].word, counts->reasons[i].count);
    free(issuers);
    return good;
}

bool rs_survey_store_add_reach(rs_survey_store *store, rs_bytes issuer,
                               const uint8_t root[RS_SHA256_SIZE], const char *root_label)
{
    sqlite3_stmt *add = store->statements[ADD_ROOT], *reach = store->statements[ADD_REACH];
    int64_t id;
    bind_digest(add, 1, root);
    sqlite3_bind_text(add, 2, root_label, -1, SQLITE_STATIC);
    bind_blob(reach, 1, issuer);
    bind_digest(reach, 2, root);
    return add_issuer(store, issuer, 0, &id) && run(store, add) && run(store, reach);
}

bool rs_survey_store_add_ca(rs_survey_store *store, rs_bytes certificate, bool is_root)
{
    sqlite3_stmt *add = store->statements[ADD_CA];
    uint8_t digest[RS_SHA256_SIZE];
    rs_sha256_digest(certificate, digest);
    bind_digest(add, 1, digest);
    bind_blob(add, 2, certificate);
    sqlite3_bind_int(add, 3, is_root);
    return run(store, add);
}

static rs_bytes blob_of(sqlite3_stmt *query, int column)
{
    const void *bytes = sqlite3_column_blob(query, column);
    return rs_bytes_make(bytes, (size_t)sqlite3_column_bytes(query, column));
}

/* Ends a query of which all rows were read, or as many as were wanted. */
static bool end_query(rs_survey_store *store, sqlite3_stmt *query, bool wants_more)
{
    bool good = sqlite3_finalize(query) == SQLITE_OK || rs_survey_store_failed(store);
    return good && wants_more;
}

bool rs_survey_store_each_issuer(rs_survey_store *store, rs_survey_store_issuer *found,
                                 void *context)
{
    sqlite3_stmt *query = rs_survey_store_query(store, "SELECT reference FROM issuer");
    bool more = query != NULL;
    while (more && sqlite3_step(query) == SQLITE_ROW)
        more = found(context, blob_of(query, 0));
    return query != NULL && end_query(store, query, more);
}

bool rs_survey_store_each_ca(rs_survey_store *store, rs_survey_store_ca *found, void *context)
{
    sqlite3_stmt *query = rs_survey_store_query(store, "SELECT certificate, is_root FROM ca");
    bool more = query != NULL;
    while (more && sqlite3_step(query) == SQLITE_ROW)
        more = found(context, blob_of(query, 0), sqlite3_column_int(query, 1) != 0);
    return query != NULL && end_query(store, query, more);
}

bool rs_survey_store_forget_reaches(rs_survey_store *store)
{
    return execute(store, "DELETE FROM reaches; DELETE FROM root");
}
