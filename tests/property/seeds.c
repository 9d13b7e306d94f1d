/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/property/seeds.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static bool run_one(uint64_t seed, run_seed_fn *run)
{
    printf("seed %" PRIu64 "\n", seed);
    fflush(stdout);
    if (run(seed))
        return true;
    fprintf(stderr, "failed with seed %" PRIu64 "\n", seed);
    return false;
}

int seeds_run(int argc, char **argv, run_seed_fn *run)
{
    static const uint64_t always[] = {1, 2, 3};
    if (argc > 2) {
        fprintf(stderr, "usage: %s [SEED]\n", argv[0]);
        return EXIT_FAILURE;
    }
    if (argc == 2) {
        char *end;
        errno = 0;
        uint64_t seed = strtoull(argv[1], &end, 10);
        if (errno != 0 || end == argv[1] || *end != '\0') {
            fprintf(stderr, "%s: not a seed: %s\n", argv[0], argv[1]);
            return EXIT_FAILURE;
        }
        return run_one(seed, run) ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    bool good = true;
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        good &= run_one(always[i], run);
    /* A new seed may find something new; the ordinary tests are the same each time. */
    if (getenv("ROOTSCOPE_TEST_FULL") != NULL)
        good &= run_one((uint64_t)time(NULL), run);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
