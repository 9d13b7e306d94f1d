/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/sums/plain.h"

#include "lib/base/little_endian.h"

/* Marks each of eight bytes that is `byte`, and of those behind it perhaps more. */
static inline uint64_t marks_of(uint64_t word, uint8_t byte)
{
    const uint64_t each = UINT64_C(0x0101010101010101);
    word ^= each * byte;
    return (word - each) & ~word;
}

/* Whether one of eight bytes is none of those that rs_plain_is permits. */
static inline bool has_other(const uint8_t *p)
{
    const uint64_t each = UINT64_C(0x0101010101010101), highest = each * 0x80;
    uint64_t word = rs_le64_get(p);
    /* A byte borrows if it is below '!'; with 1 more, what is above '~' has the highest bit. */
    uint64_t below = (word - each * '!') & ~word, above = (word + each) | word;
    return ((below | above | marks_of(word, '"') | marks_of(word, '\\')) & highest) != 0;
}

bool rs_plain_is(rs_bytes name)
{
    size_t i = 0;
    for (; i + 8 <= name.n; i += 8)
        if (has_other(name.p + i))
            return false;
    if (name.n >= 8)
        return !has_other(name.p + name.n - 8);
    for (; i < name.n; i++)
        if (name.p[i] <= ' ' || name.p[i] > '~' || name.p[i] == '"' || name.p[i] == '\\')
            return false;
    return true;
}
