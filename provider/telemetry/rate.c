/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/telemetry/rate.h"

#include <time.h>

void rs_rate_init(rs_rate *rate, unsigned burst, unsigned interval_ms)
{
    rate->burst = burst;
    rate->interval_ms = interval_ms;
    atomic_init(&rate->due_ms, 0);
}

bool rs_rate_admits(rs_rate *rate)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    /* From 1 on, so that 0 is in the past however young the machine is. */
    long long ms = (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000 + 1;
    long long due = atomic_load(&rate->due_ms);
    for (;;) {
        long long from = due > ms ? due : ms;
        if (from - ms > (long long)(rate->burst - 1) * rate->interval_ms)
            return false;
        if (atomic_compare_exchange_weak(&rate->due_ms, &due, from + rate->interval_ms))
            return true;
    }
}
