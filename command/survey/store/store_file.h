/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The file of a store, before SQLite has it, and what is wrong with it once SQLite fails: SQLite's
 * own messages do not have the system's reason.
 */
#ifndef RS_SURVEY_STORE_FILE_H
#define RS_SURVEY_STORE_FILE_H

#include <sqlite3.h>
#include <stdbool.h>

/*
 * Whether a path is a file. With `may_be_new`, one that does not exist is made, and is empty;
 * without, an empty one is none. False after a message that says what to do. SQLite would wait
 * without end where there is a FIFO.
 */
bool rs_store_file_check(const char *path, bool may_be_new);

/* Says why the last call to SQLite failed; an empty path is SQLite's own file. Returns false. */
bool rs_store_file_failed(const char *path, sqlite3 *database);

#endif
