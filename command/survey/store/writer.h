/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Takes what units contribute from many threads, and writes it into a store in batches. There is no
 * thread for it: of those that bring a contribution one writes a batch, while the others go on.
 *
 * Every batch is one transaction. What was put and not yet written is lost if the process is
 * killed, and is not in the store: it is read again the next time. Memory is bounded by
 * RS_SURVEY_BATCH and what the threads bring while a batch is written.
 */
#ifndef RS_SURVEY_WRITER_H
#define RS_SURVEY_WRITER_H

#include "command/survey/store/store.h"
#include "command/survey/store/unit_id.h"

/*
 * Bytes of contributions: of some 150,000 certificates. What remains in the end is written by one
 * thread alone, so that a larger batch makes the others wait.
 */
#define RS_SURVEY_BATCH ((size_t)4 << 20)

/*
 * Units of a batch are summed until there are more rows than this: with the table that finds them,
 * and their names, so many stay in the processor's cache.
 */
enum { RS_SURVEY_SUMS = 15 * 1024 };

typedef struct rs_survey_writer rs_survey_writer;

/*
 * Called first in the transaction of each batch, in the thread that writes, one at a time: for
 * what has to be in the store with the units. False: the batch fails.
 */
typedef bool rs_survey_writer_prepare(void *context, rs_survey_store *store);

/*
 * The store must live as long, and nobody else uses it. A batch is written when it is full, or
 * after so many seconds. `prepare` may be NULL.
 */
rs_survey_writer *rs_survey_writer_new(rs_survey_store *store, unsigned seconds,
                                       rs_survey_writer_prepare *prepare, void *context);

/* Without what was not written. */
void rs_survey_writer_free(rs_survey_writer *writer);

/*
 * Takes the bytes of rs_contribution_write, and frees them in any case. Thread-safe. False, after a
 * message, once a batch failed.
 */
bool rs_survey_writer_put(rs_survey_writer *writer, const rs_unit_id *id, rs_bytes contribution);

/*
 * Writes what is left, when no thread puts any more. *added is how many of all units that were put
 * the store did not have. False after a message.
 */
bool rs_survey_writer_finish(rs_survey_writer *writer, uint64_t *added);

#endif
