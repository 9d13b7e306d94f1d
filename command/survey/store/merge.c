/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/store/merge.h"

#include "command/base/message.h"

/* Sums are added to the store when they, and what they are of, have so many bytes. */
#define COUNTS_MAX ((size_t)128 << 20)

static bool copy_settings(rs_survey_store *into, rs_survey_store *from)
{
    sqlite3_stmt *query = rs_survey_store_query(from, "SELECT name, value FROM setting");
    bool good = query != NULL;
    while (good && sqlite3_step(query) == SQLITE_ROW)
        good = rs_survey_store_set(into, (const char *)sqlite3_column_text(query, 0),
                                   (const char *)sqlite3_column_text(query, 1));
    return (sqlite3_finalize(query) == SQLITE_OK || rs_survey_store_failed(from)) && good;
}

static rs_bytes blob_of(sqlite3_stmt *query, int column)
{
    const void *bytes = sqlite3_column_blob(query, column);
    return rs_bytes_make(bytes, (size_t)sqlite3_column_bytes(query, column));
}

static bool is_digest(sqlite3_stmt *query, int column)
{
    return sqlite3_column_bytes(query, column) == RS_SHA256_SIZE;
}

/* The units of another store, and what becomes of them. */
typedef struct copying {
    rs_survey_store *into;
    sqlite3_stmt *differs; /* whether a known unit contributes something else */
    rs_counts counts;
    rs_arena contributions; /* that are counted: their names stay */
    size_t size;            /* of these */
    size_t different;
} copying;

static bool add_contribution(copying *c, rs_bytes contribution)
{
    rs_bytes copy = rs_arena_copy(&c->contributions, contribution);
    rs_message_need((void *)copy.p);
    c->size += copy.n;
    rs_contribution_result result = rs_contribution_read(copy, &c->counts);
    if (result == RS_CONTRIBUTION_NO_MEMORY)
        rs_message_need(NULL);
    if (result == RS_CONTRIBUTION_MALFORMED)
        rs_message_error("what a unit contributes cannot be read; the store is damaged, or made by "
                         "a newer rootscope");
    return result == RS_CONTRIBUTION_ADDED;
}

static bool compare_known(copying *c, sqlite3_stmt *query)
{
    sqlite3_bind_value(c->differs, 1, sqlite3_column_value(query, 0));
    sqlite3_bind_value(c->differs, 2, sqlite3_column_value(query, 1));
    bool good = sqlite3_step(c->differs) == SQLITE_ROW || rs_survey_store_failed(c->into);
    c->different += good && sqlite3_column_int(c->differs, 0) != 0;
    sqlite3_reset(c->differs);
    return good;
}

/* Adds one unit, and its part to the sums if it is new. */
static bool copy_unit(copying *c, sqlite3_stmt *query)
{
    rs_bytes contribution = blob_of(query, 1);
    if (!is_digest(query, 0)) {
        rs_message_error("a unit has no digest; the store is damaged");
        return false;
    }
    switch (rs_survey_store_add_unit(c->into, sqlite3_column_blob(query, 0), contribution)) {
    case RS_SURVEY_STORE_KNOWN:
        return compare_known(c, query);
    case RS_SURVEY_STORE_ADDED:
        return add_contribution(c, contribution);
    default:
        return false;
    }
}

static bool flush(copying *c)
{
    bool good = rs_survey_store_add_counts(c->into, &c->counts);
    rs_counts_clear(&c->counts);
    rs_arena_clear(&c->contributions);
    c->size = 0;
    return good;
}

static bool copy_units(rs_survey_store *into, rs_survey_store *from)
{
    static const char differs[] = "SELECT contribution IS NOT ?2 FROM unit WHERE digest = ?1";
    copying c = {.into = into, .differs = rs_survey_store_query(into, differs)};
    sqlite3_stmt *query = rs_survey_store_query(from, "SELECT digest, contribution FROM unit");
    bool good = query != NULL && c.differs != NULL;
    rs_counts_init(&c.counts);
    while (good && sqlite3_step(query) == SQLITE_ROW) {
        good = copy_unit(&c, query);
        if (good && rs_counts_size(&c.counts) + c.size > COUNTS_MAX)
            good = flush(&c);
    }
    good = good && flush(&c);
    rs_counts_clear(&c.counts);
    rs_arena_clear(&c.contributions);
    sqlite3_finalize(c.differs);
    if (good && c.different > 0)
        rs_message_warning("units that contribute something else than in a store before: %zu; they "
                           "stay as they were; survey with the same --intermediates",
                           c.different);
    return (sqlite3_finalize(query) == SQLITE_OK || rs_survey_store_failed(from)) && good;
}

static bool copy_tiles(rs_survey_store *into, rs_survey_store *from)
{
    sqlite3_stmt *query = rs_survey_store_query(from, "SELECT hash FROM tile");
    bool good = query != NULL;
    while (good && sqlite3_step(query) == SQLITE_ROW)
        if (is_digest(query, 0))
            good = rs_survey_store_add_tile(into, sqlite3_column_blob(query, 0));
    return (sqlite3_finalize(query) == SQLITE_OK || rs_survey_store_failed(from)) && good;
}

static bool copy_ca(void *context, rs_bytes certificate, bool is_root)
{
    return rs_survey_store_add_ca(context, certificate, is_root);
}

static bool copy_reaches(rs_survey_store *into, rs_survey_store *from)
{
    sqlite3_stmt *query = rs_survey_store_query(
        from, "SELECT reference, root.key, label FROM reaches"
              " JOIN issuer ON issuer.id = reaches.issuer JOIN root ON root.id = reaches.root");
    bool good = query != NULL;
    while (good && sqlite3_step(query) == SQLITE_ROW)
        if (is_digest(query, 1) && sqlite3_column_text(query, 2) != NULL)
            good = rs_survey_store_add_reach(into, blob_of(query, 0), sqlite3_column_blob(query, 1),
                                             (const char *)sqlite3_column_text(query, 2));
    return (sqlite3_finalize(query) == SQLITE_OK || rs_survey_store_failed(from)) && good;
}

bool rs_survey_merge(rs_survey_store *into, rs_survey_store *from)
{
    bool good = rs_survey_store_begin(into) && copy_settings(into, from) &&
                copy_units(into, from) && copy_tiles(into, from) &&
                rs_survey_store_each_ca(from, copy_ca, into) && copy_reaches(into, from);
    return good ? rs_survey_store_commit(into) : rs_survey_store_rollback(into);
}
