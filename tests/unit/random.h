/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For tests that try many things: a different seed each time, told, and settable to see a failure
 * again (RS_TEST_SEED=NUMBER).
 */
#ifndef RS_RANDOM_H
#define RS_RANDOM_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static uint64_t random_state;

static inline void random_start(void)
{
    const char *given = getenv("RS_TEST_SEED");
    uint64_t seed = given != NULL ? strtoull(given, NULL, 10) : (uint64_t)time(NULL);
    printf("RS_TEST_SEED=%llu ", (unsigned long long)seed);
    random_state = seed * UINT64_C(0x9e3779b97f4a7c15) | 1;
}

/* A number below n (xorshift64*). */
static inline uint32_t random_below(uint32_t n)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return (uint32_t)((random_state * UINT64_C(0x2545f4914f6cdd1d) >> 33) % n);
}

#endif
