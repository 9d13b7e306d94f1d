/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many chains at what time, in a fixed number of equal intervals: one minute each at first.
 * They double when the time does not fit.
 */
#ifndef RS_TIMELINE_H
#define RS_TIMELINE_H

#include <stdint.h>

enum { RS_TIMELINE_BINS = 48 };

/* All zero is empty. */
typedef struct rs_timeline {
    int64_t start; /* of the first interval, seconds since 1970 UTC; a multiple of width */
    int64_t width; /* seconds; 0: nothing was added */
    uint64_t chains[RS_TIMELINE_BINS]; /* at most INT64_MAX each */
} rs_timeline;

/* Adds chains at a time, which is not before 1970. */
void rs_timeline_add(rs_timeline *timeline, int64_t time, uint64_t chains);

#endif
