/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Little-endian numbers at any address, on machines of either byte order.
 */
#ifndef RS_LITTLE_ENDIAN_H
#define RS_LITTLE_ENDIAN_H

#include "lib/base/bytes.h"

static inline uint32_t rs_le32_get(const uint8_t *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* In one expression: compilers then see that it is one load. */
static inline uint64_t rs_le64_get(const uint8_t *p)
{
    return p[0] | (uint64_t)p[1] << 8 | (uint64_t)p[2] << 16 | (uint64_t)p[3] << 24 |
           (uint64_t)p[4] << 32 | (uint64_t)p[5] << 40 | (uint64_t)p[6] << 48 |
           (uint64_t)p[7] << 56;
}

/* rs_bytes_equal for some ten bytes: a call, of memcmp or of this, would take longer. */
__attribute__((always_inline)) static inline bool rs_bytes_equal_short(rs_bytes a, rs_bytes b)
{
    size_t n = a.n;
    if (n != b.n)
        return false;
    if (n >= 8) {
        size_t at = 0;
        while (at + 8 < n && rs_le64_get(a.p + at) == rs_le64_get(b.p + at))
            at += 8;
        return at + 8 >= n && rs_le64_get(a.p + n - 8) == rs_le64_get(b.p + n - 8);
    }
    if (n >= 4)
        return rs_le32_get(a.p) == rs_le32_get(b.p) &&
               rs_le32_get(a.p + n - 4) == rs_le32_get(b.p + n - 4);
    return n == 0 || (a.p[0] == b.p[0] && a.p[n / 2] == b.p[n / 2] && a.p[n - 1] == b.p[n - 1]);
}

static inline void rs_le32_put(uint8_t *p, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++)
        p[i] = (uint8_t)(value >> 8 * i);
}

static inline void rs_le64_put(uint8_t *p, uint64_t value)
{
    rs_le32_put(p, (uint32_t)value);
    rs_le32_put(p + 4, (uint32_t)(value >> 32));
}

#endif
