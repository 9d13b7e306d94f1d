/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the fuzz targets share: the entry that libFuzzer and replay.c call, and how a target says
 * that it found a mistake.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include "lib/base/bytes.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the process unless `ok`: what a fuzzer takes for a finding. */
#define CHECK(ok)                                                                                  \
    do {                                                                                           \
        if (!(ok)) {                                                                               \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #ok);                       \
            abort();                                                                               \
        }                                                                                          \
    } while (0)

/* A copy in memory of exactly its size, so that a read past the end is seen; free it. */
static inline uint8_t *fuzz_copy(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size + (size == 0));
    CHECK(copy != NULL);
    if (size > 0)
        memcpy(copy, data, size);
    return copy;
}

#endif
