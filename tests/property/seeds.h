/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What each program here does with seeds: it runs those that are always run, and with
 * ROOTSCOPE_TEST_FULL in the environment one made from the time; or the one that is given as an
 * argument, to run a failure again.
 */
#ifndef SEEDS_H
#define SEEDS_H

#include <stdbool.h>
#include <stdint.h>

/* One run; says on stderr what failed. */
typedef bool run_seed_fn(uint64_t seed);

/* The exit status of main. */
int seeds_run(int argc, char **argv, run_seed_fn *run);

#endif
