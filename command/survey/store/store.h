/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The store of a survey: one file of SQLite, which anybody can query. docs/survey-store.md
 * describes its tables and views.
 *
 * It has what each unit of input contributes, apart, and the sum of all, as observations of an
 * issuer and a registrable domain. Both change in the same transaction. So a process that is
 * killed leaves a store of whole units, and a unit that comes again adds nothing.
 *
 * All functions are for one thread at a time, and fail after a message.
 */
#ifndef RS_SURVEY_STORE_H
#define RS_SURVEY_STORE_H

#include "command/survey/sums/contribution.h"
#include "lib/base/sha256.h"

#include <sqlite3.h>

typedef struct rs_survey_store rs_survey_store;

/* Opens a store; a new one is made if there is no file, or an empty one. NULL: it failed. */
rs_survey_store *rs_survey_store_open(const char *path);

/*
 * The same to read only, of a store that exists. All that is read is of one moment, also while
 * another process writes, which has to wait until it is closed.
 */
rs_survey_store *rs_survey_store_open_to_read(const char *path);

/* Makes a store that nobody else sees, and that is gone when it is closed. NULL: it failed. */
rs_survey_store *rs_survey_store_open_hidden(void);

/* Undoes what is not committed. NULL is allowed. */
void rs_survey_store_close(rs_survey_store *store);

/* Begins a query, for the caller to step through and sqlite3_finalize. NULL: it failed. */
sqlite3_stmt *rs_survey_store_query(rs_survey_store *store, const char *text);

/* Steps a query to its next row. False at the end; `*good` becomes false if the query failed. */
bool rs_survey_store_next(const rs_survey_store *store, sqlite3_stmt *query, bool *good);

/* Does what the text says. */
bool rs_survey_store_execute(rs_survey_store *store, const char *text);

/* Says why the last call to SQLite failed. Returns false. */
bool rs_survey_store_failed(const rs_survey_store *store);

/* Says that a row is none that a survey writes: a store may be anybody's. Returns false. */
bool rs_survey_store_damaged(void);

/* What is read from now on is of one moment, whatever other processes write. */
bool rs_survey_store_begin_to_read(rs_survey_store *store);

bool rs_survey_store_begin(rs_survey_store *store);
bool rs_survey_store_commit(rs_survey_store *store);

/* Undoes all since rs_survey_store_begin. Returns false. */
bool rs_survey_store_rollback(rs_survey_store *store);

/*
 * What decides what a unit contributes, such as `--since`. The first value stays; a store that was
 * made with another one does not take more: false.
 */
bool rs_survey_store_set(rs_survey_store *store, const char *name, const char *value);

typedef enum rs_survey_store_added {
    RS_SURVEY_STORE_FAILED = 0,
    RS_SURVEY_STORE_KNOWN, /* the store has the unit, and nothing changed */
    RS_SURVEY_STORE_ADDED, /* what it contributes has to be added to the sums */
} rs_survey_store_added;

/* Notes a unit. The bytes are from rs_contribution_write. Within a transaction. */
rs_survey_store_added rs_survey_store_add_unit(rs_survey_store *store,
                                               const uint8_t digest[RS_SHA256_SIZE],
                                               rs_bytes contribution);

/* Notes that the unit of a log's tile was added, by the hash that the log's tree has of it. */
bool rs_survey_store_add_tile(rs_survey_store *store, const uint8_t tile[RS_SHA256_SIZE]);

/* Adds to the sums. Within a transaction. */
bool rs_survey_store_add_counts(rs_survey_store *store, const rs_counts *counts);

/* Keeps a CA certificate, in DER. One that is known stays a root, or becomes one. */
bool rs_survey_store_add_ca(rs_survey_store *store, rs_bytes certificate, bool is_root);

/*
 * Notes that certificates of an issuer lead to a root, told by SHA-256 of its public key. The
 * label is for people, valid UTF-8. Within a transaction.
 */
bool rs_survey_store_add_reach(rs_survey_store *store, rs_bytes issuer,
                               const uint8_t root[RS_SHA256_SIZE], const char *root_label);

/* Calls `found` with each issuer of the store, as it was added, until it returns false. */
typedef bool rs_survey_store_issuer(void *context, rs_bytes reference);
bool rs_survey_store_each_issuer(rs_survey_store *store, rs_survey_store_issuer *found,
                                 void *context);

/* The same with each CA certificate. */
typedef bool rs_survey_store_ca(void *context, rs_bytes certificate, bool is_root);
bool rs_survey_store_each_ca(rs_survey_store *store, rs_survey_store_ca *found, void *context);

/* Forgets which issuers reach which roots, so that it can be told anew. */
bool rs_survey_store_forget_reaches(rs_survey_store *store);

#endif
