/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a violation is treated. A configuration, a list and a stanza each have a mode; the weakest
 * of the three holds.
 */
#ifndef RS_MODE_H
#define RS_MODE_H

#include <stdint.h>

/* The strictest is zero, so that what was never set enforces; the weakest of two is the larger. */
typedef enum rs_mode {
    RS_MODE_ENFORCE = 0,
    RS_MODE_TEST = 1, /* observed, never denied */
    RS_MODE_OFF = 2,  /* not looked at */
} rs_mode;

/* A mode as a list says it: a test may end on a date, after which the mode is enforce. */
typedef struct rs_mode_period {
    rs_mode mode;
    int64_t until; /* seconds since 1970 UTC from which `test` no longer holds; 0: no end */
} rs_mode_period;

/* The mode at a time (seconds since 1970 UTC). */
static inline rs_mode rs_mode_at(rs_mode_period period, int64_t now)
{
    return period.mode == RS_MODE_TEST && period.until != 0 && now >= period.until ? RS_MODE_ENFORCE
                                                                                   : period.mode;
}

static inline rs_mode rs_mode_weakest(rs_mode a, rs_mode b)
{
    return a > b ? a : b;
}

/* "enforce", "test" or "off"; "enforce" for anything else. Never NULL. */
static inline const char *rs_mode_word(rs_mode mode)
{
    return mode == RS_MODE_OFF ? "off" : mode == RS_MODE_TEST ? "test" : "enforce";
}

#endif
