/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bar on standard error while much is read: only on a terminal, at most ten times a second, and
 * gone in the end.
 */
#ifndef RS_PROGRESS_H
#define RS_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct rs_progress {
    int fd;           /* where it is shown, or -1 */
    uint64_t total;   /* bytes */
    uint64_t done;    /* bytes */
    int64_t shown_at; /* nanoseconds of the monotonic clock; when it was last drawn, or begun */
    bool visible;     /* whether there is something to remove */
} rs_progress;

/*
 * Begins. Nothing is ever shown if `fd` is no terminal or `total` is 0, which stands for unknown.
 */
void rs_progress_begin(rs_progress *progress, int fd, uint64_t total);

/* So many bytes more; draws if a tenth of a second went by since the last time. */
void rs_progress_advance(rs_progress *progress, uint64_t bytes);

/* Removes the bar, so that something else can be written; it comes again if reading goes on. */
void rs_progress_hide(rs_progress *progress);

/* The text of a bar, NUL-terminated ASCII: "[####......]  40 %". `done` may be beyond `total`. */
#define RS_PROGRESS_TEXT_SIZE 64
void rs_progress_text(uint64_t done, uint64_t total, char out[RS_PROGRESS_TEXT_SIZE]);

#endif
