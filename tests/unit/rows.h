/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For tests that walk a table: a check that names the failing row, and inputs of which the
 * address sanitizer sees a read past the last byte.
 */
#ifndef RS_ROWS_H
#define RS_ROWS_H

#include "lib/base/bytes.h"

#include <CUnit/CUnit.h>
#include <stdlib.h>

#define ROWS(table) (sizeof(table) / sizeof(table)[0])

/* The bytes of a string literal, NULs inside it included, as an initializer of rs_bytes. */
#define LITERAL(s)                                                                                 \
    {                                                                                              \
        .p = (const uint8_t *)(s), .n = sizeof(s) - 1                                              \
    }

/* As CU_ASSERT; a failure is reported as `row`. */
#define CHECK_ROW(ok, row) CU_assertImplementation((ok), __LINE__, (row), __FILE__, "", CU_FALSE)

/* A copy in memory of exactly its size. */
static inline rs_bytes exact_copy(rs_bytes b)
{
    uint8_t *copy = malloc(b.n);
    if (copy == NULL)
        abort();
    if (b.n > 0)
        memcpy(copy, b.p, b.n);
    return rs_bytes_make(copy, b.n);
}

static inline void exact_free(rs_bytes b)
{
    free((void *)(uintptr_t)b.p);
}

#endif
