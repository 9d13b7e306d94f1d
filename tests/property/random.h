/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Random numbers that are the same on every machine for the same seed (SplitMix64).
 */
#ifndef RANDOM_H
#define RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct random_state {
    uint64_t state;
} random_state;

static inline uint64_t random_next(random_state *random)
{
    uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* A number below `bound`, which is not 0. */
static inline size_t random_below(random_state *random, size_t bound)
{
    return (size_t)(random_next(random) >> 11) % bound;
}

/* True in so many of a hundred cases. */
static inline bool random_percent(random_state *random, unsigned percent)
{
    return random_below(random, 100) < percent;
}

#define RANDOM_OF(random, table) ((table)[random_below(random, sizeof(table) / sizeof *(table))])

#endif
