/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A view of bytes that somebody else owns.
 *
 * A view never owns, is passed by value, and is valid as long as what it was taken from. An empty
 * view may have any pointer, NULL included.
 */
#ifndef RS_BYTES_H
#define RS_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct rs_bytes {
    const uint8_t *p;
    size_t n;
} rs_bytes;

static inline rs_bytes rs_bytes_make(const void *p, size_t n)
{
    /* Spelt so that C++ reads it, too. */
    rs_bytes view = {(const uint8_t *)p, n};
    return view;
}

/* The characters of a NUL-terminated string, without the NUL. */
static inline rs_bytes rs_bytes_of_string(const char *s)
{
    return rs_bytes_make(s, strlen(s));
}

/* The same of a literal, which may have NULs inside; to compare with it takes no call. */
#define RS_BYTES_OF_LITERAL(s) rs_bytes_make("" s, sizeof(s) - 1)

static inline bool rs_bytes_equal(rs_bytes a, rs_bytes b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* Without its first n bytes; n is at most b.n. */
static inline rs_bytes rs_bytes_skip(rs_bytes b, size_t n)
{
    return n == 0 ? b : rs_bytes_make(b.p + n, b.n - n);
}

/* Its last n bytes; n is at most b.n. */
static inline rs_bytes rs_bytes_tail(rs_bytes b, size_t n)
{
    return rs_bytes_skip(b, b.n - n);
}

static inline bool rs_bytes_are_ascii(rs_bytes b)
{
    for (size_t i = 0; i < b.n; i++) {
        if (b.p[i] >= 0x80)
            return false;
    }
    return true;
}

/* Orders as memcmp does, a prefix before what it is a prefix of. */
static inline int rs_bytes_compare(rs_bytes a, rs_bytes b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n == 0 ? 0 : memcmp(a.p, b.p, n);
    return order != 0 ? order : (a.n > b.n) - (a.n < b.n);
}

#endif
