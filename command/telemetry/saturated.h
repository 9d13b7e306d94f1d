/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sums of counts that do not wrap, whatever numbers telemetry has.
 */
#ifndef RS_SATURATED_H
#define RS_SATURATED_H

#include <stdint.h>

/* a + b, but at most INT64_MAX. */
static inline uint64_t rs_saturated_sum(uint64_t a, uint64_t b)
{
    return a > INT64_MAX || b > INT64_MAX - a ? INT64_MAX : a + b;
}

#endif
