/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The presentation language of TLS (RFC 8446, section 3), which logs write their entries in:
 * numbers, and vectors with their length in front. All move `rest` past what they take, and return
 * false, with `rest` untouched, where it has less.
 */
#ifndef RS_SURVEY_VECTOR_H
#define RS_SURVEY_VECTOR_H

#include "lib/base/bytes.h"

static inline bool rs_vector_skip(rs_bytes *rest, size_t n)
{
    if (rest->n < n)
        return false;
    *rest = rs_bytes_skip(*rest, n);
    return true;
}

/* A number of one to four octets, big-endian. */
static inline bool rs_vector_number(rs_bytes *rest, size_t octets, uint32_t *number)
{
    if (rest->n < octets)
        return false;
    *number = 0;
    for (size_t i = 0; i < octets; i++)
        *number = *number << 8 | rest->p[i];
    *rest = rs_bytes_make(rest->p + octets, rest->n - octets);
    return true;
}

/* opaque<0..2^(8 * octets) - 1> */
static inline bool rs_vector_take(rs_bytes *rest, size_t octets, rs_bytes *vector)
{
    rs_bytes after = *rest;
    uint32_t length;
    if (!rs_vector_number(&after, octets, &length) || after.n < length)
        return false;
    *vector = rs_bytes_make(after.p, length);
    *rest = rs_bytes_make(after.p + length, after.n - length);
    return true;
}

#endif
