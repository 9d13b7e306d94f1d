/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inputs of a survey, as units. A unit is what is counted once, however often it is read: a
 * tile, a file, or, of a file of many lines, a piece of it that is always cut in the same places.
 * Any number of threads take units from one feed and decode them; what one of them takes no other
 * gets.
 *
 *     rs_survey_unit unit = {.name = NULL};
 *     while (rs_survey_feed_next(feed, &unit))
 *         if (!known(unit.digest))
 *             rs_survey_unit_decode(&unit, sink);
 *     rs_survey_unit_clear(&unit);
 *
 * A unit has 512 KiB of a longer file, 4 MiB where one line or entry has more, or up to 16 MiB. A
 * thread takes, beside its unit, up to six times as much to read JSON. A file that is read by
 * pieces takes up to 16 MiB, and 128 MiB if it is zstd; no more of them are open than there are
 * threads.
 */
#ifndef RS_SURVEY_FEED_H
#define RS_SURVEY_FEED_H

#include "command/survey/input/log/log.h"

typedef struct rs_survey_feed rs_survey_feed;

/*
 * A feed of files, folders (which are read with all that is in them, in the order of names), `-`
 * for standard input, and URLs of static CT logs (log.h). `issuer` is called for all that belongs
 * to files before this returns; for a log, by rs_survey_feed_next in any thread, before a unit is
 * given that needs it, and so is `wants`, of log.h. NULL if there is no memory, or `issuer`
 * returned false. The paths must live as long as the feed.
 */
rs_survey_feed *rs_survey_feed_new(char *const *paths, size_t count, rs_survey_issuer *issuer,
                                   rs_log_wants_tile *wants, void *context);
void rs_survey_feed_free(rs_survey_feed *feed);

/*
 * Whether a path gives the same when it is read again. Standard input, a pipe and a device do not;
 * and who opens a FIFO again would wait for somebody who writes.
 */
bool rs_survey_feed_can_repeat(const char *path);

/* The size of all files on disk, for progress; logs and standard input are not in it. */
uint64_t rs_survey_feed_size(const rs_survey_feed *feed);

/*
 * How many parts of tiles, of logs and of copies, were left out so far: their entries are in the
 * whole tile, too, once there is one, and would count twice.
 */
uint64_t rs_survey_feed_parts(rs_survey_feed *feed);

/*
 * Replaces what `unit` holds by the next. Thread-safe, each thread with its own unit. False at the
 * end, and for want of memory, or when `issuer` returned false: rs_survey_feed_failed then says so,
 * in every thread.
 */
bool rs_survey_feed_next(rs_survey_feed *feed, rs_survey_unit *unit);
bool rs_survey_feed_failed(rs_survey_feed *feed);

#endif
