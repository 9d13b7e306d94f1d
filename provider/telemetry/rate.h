/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How often something may happen: a burst, then once in an interval (the generic cell rate
 * algorithm). Several threads may ask at once; nothing waits, and no system call is made.
 */
#ifndef RS_RATE_H
#define RS_RATE_H

#include <stdatomic.h>
#include <stdbool.h>

typedef struct rs_rate {
    unsigned burst;       /* at least 1 */
    unsigned interval_ms; /* between two once the burst is used up */
    /* When what was admitted so far would have been due at the slow rate; may lie ahead by a
       burst. */
    atomic_llong due_ms;
} rs_rate;

/* A rate with its whole burst unused. */
void rs_rate_init(rs_rate *rate, unsigned burst, unsigned interval_ms);

/* May it happen once more, now? If so, that counts as having happened. */
bool rs_rate_admits(rs_rate *rate);

#endif
