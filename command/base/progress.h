/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A progress bar on standard error while much is read. It appears only on a terminal, is drawn at
 * most ten times a second, and is removed in the end.
 */
#ifndef RS_PROGRESS_H
#define RS_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct rs_progress {
    int fd;           /* where it is shown; -1: nowhere */
    uint64_t total;   /* bytes */
    uint64_t done;    /* bytes */
    int64_t begun_at; /* nanoseconds of the monotonic clock */
    int64_t shown_at; /* when it was last drawn, or begun */
    bool visible;     /* whether there is something to remove */
} rs_progress;

/* Begins. Nothing is ever shown if `fd` is not a terminal, or if `total` is 0, for unknown. */
void rs_progress_begin(rs_progress *progress, int fd, uint64_t total);

/* Counts more bytes. Draws the bar if that last happened a tenth of a second ago. */
void rs_progress_advance(rs_progress *progress, uint64_t bytes);

/* Removes the bar so that other text can be written. It returns if reading goes on. */
void rs_progress_hide(rs_progress *progress);

/* Writes a bar as NUL-terminated ASCII: "[####......]  40 %". `done` may exceed `total`. */
#define RS_PROGRESS_TEXT_SIZE 64
void rs_progress_text(uint64_t done, uint64_t total, char out[RS_PROGRESS_TEXT_SIZE]);

/*
 * Writes how fast it goes and what time is left, as NUL-terminated ASCII: ", 12.3 MB/s, 1:02:03
 * left". Nothing in the first second. `nanoseconds` have passed since the beginning.
 */
void rs_progress_pace(uint64_t done, uint64_t total, int64_t nanoseconds,
                      char out[RS_PROGRESS_TEXT_SIZE]);

#endif
