/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/store/store.h"

#include "command/base/message.h"
#include "command/survey/store/packs.h"
#include "command/survey/store/store_database.h"

#include <stdlib.h>

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
    [ADD_SETTING] = "INSERT INTO setting VALUES (?1, ?2) ON CONFLICT DO NOTHING",
    [GET_ISSUER] = "SELECT id FROM issuer WHERE reference = ?1",
    [GET_SETTING] = "SELECT value FROM setting WHERE name = ?1",
};

struct rs_survey_store {
    rs_store_database database;
    sqlite3_stmt *statements[STATEMENTS];
    const char *path; /* as the user says it: within `file` */
    char file[];
};

bool rs_survey_store_failed(const rs_survey_store *store)
{
    return rs_store_database_failed(&store->database);
}

sqlite3_stmt *rs_survey_store_query(rs_survey_store *store, const char *text)
{
    return rs_store_database_query(&store->database, text);
}

bool rs_survey_store_next(const rs_survey_store *store, sqlite3_stmt *query, bool *good)
{
    int stepped = sqlite3_step(query);
    if (stepped != SQLITE_ROW && stepped != SQLITE_DONE)
        *good = rs_survey_store_failed(store);
    return stepped == SQLITE_ROW;
}

bool rs_survey_store_execute(rs_survey_store *store, const char *text)
{
    return rs_store_database_execute(&store->database, text);
}

bool rs_survey_store_damaged(void)
{
    rs_message_error("the store is damaged: it has a row that no survey writes");
    return false;
}

bool rs_survey_store_begin(rs_survey_store *store)
{
    return rs_store_database_execute(&store->database, "BEGIN IMMEDIATE");
}

bool rs_survey_store_begin_to_read(rs_survey_store *store)
{
    return rs_store_database_execute(&store->database, "BEGIN");
}

bool rs_survey_store_commit(rs_survey_store *store)
{
    return rs_store_database_execute(&store->database, "COMMIT");
}

bool rs_survey_store_rollback(rs_survey_store *store)
{
    sqlite3_exec(store->database.handle, "ROLLBACK", NULL, NULL, NULL);
    return false;
}

static bool prepare_all(rs_survey_store *store)
{
    for (int i = 0; i < STATEMENTS; i++)
        if (sqlite3_prepare_v3(store->database.handle, statement_texts[i], -1,
                               SQLITE_PREPARE_PERSISTENT, &store->statements[i], NULL) != SQLITE_OK)
            return rs_survey_store_failed(store);
    return true;
}

/* To SQLite, `:memory:` and what begins with `file:` are no names of files: a path never is one. */
static const char *name_file(rs_survey_store *store, const char *path)
{
    static const char here[] = "./";
    size_t before = *path == '/' ? 0 : sizeof here - 1;
    memcpy(store->file, here, before);
    memcpy(store->file + before, path, strlen(path) + 1);
    store->path = store->file + before;
    return store->file;
}

/* Without a path, in a file that nobody else sees. */
static rs_survey_store *open_store(const char *path, int flags)
{
    size_t size = path == NULL ? 1 : strlen("./") + strlen(path) + 1;
    rs_survey_store *store = rs_message_need(calloc(1, sizeof *store + size));
    store->path = store->file;
    const char *file = path == NULL ? store->file : name_file(store, path);
    if (rs_store_database_open(&store->database, store->path, file, flags) && prepare_all(store))
        return store;
    rs_survey_store_close(store);
    return NULL;
}

rs_survey_store *rs_survey_store_open(const char *path)
{
    return open_store(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
}

rs_survey_store *rs_survey_store_open_hidden(void)
{
    return open_store(NULL, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
}

rs_survey_store *rs_survey_store_open_to_read(const char *path)
{
    rs_survey_store *store = open_store(path, SQLITE_OPEN_READONLY);
    if (store == NULL || rs_survey_store_begin_to_read(store))
        return store;
    rs_survey_store_close(store);
    return NULL;
}

void rs_survey_store_close(rs_survey_store *store)
{
    if (store == NULL)
        return;
    for (int i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(store->statements[i]);
    rs_store_database_close(&store->database);
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

/* Whether a setting has this value. False after a message; `*is_set` becomes whether it has any. */
static bool is_set_to(rs_survey_store *store, const char *name, const char *value, bool *is_set)
{
    sqlite3_stmt *get = store->statements[GET_SETTING];
    sqlite3_bind_text(get, 1, name, -1, SQLITE_STATIC);
    int step = sqlite3_step(get);
    bool good = step == SQLITE_DONE;
    *is_set = step == SQLITE_ROW;
    if (*is_set) {
        const char *before = (const char *)sqlite3_column_text(get, 0);
        good = before != NULL && strcmp(before, value) == 0;
        if (!good)
            rs_message_error("%s was made with %s %s, not %s; use another store", store->path, name,
                             before, value);
    } else if (!good) {
        rs_survey_store_failed(store);
    }
    sqlite3_reset(get);
    return good;
}

bool rs_survey_store_set(rs_survey_store *store, const char *name, const char *value)
{
    sqlite3_stmt *add = store->statements[ADD_SETTING];
    bool is_set, good = is_set_to(store, name, value, &is_set);
    if (!good || is_set)
        return good;
    sqlite3_bind_text(add, 1, name, -1, SQLITE_STATIC);
    sqlite3_bind_text(add, 2, value, -1, SQLITE_STATIC);
    /* Another process may have set it first, since it was looked at. */
    return run(store, add) && is_set_to(store, name, value, &is_set);
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
    return sqlite3_changes(store->database.handle) > 0 ? RS_SURVEY_STORE_ADDED
                                                       : RS_SURVEY_STORE_KNOWN;
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
    return rs_store_database_execute(&store->database, "DELETE FROM reaches; DELETE FROM root");
}
