/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A quick hash of bytes, and a step that takes in one word. It is not cryptographic: someone who
 * knows what a hash starts with can find texts that collide. Whether two texts collide depends on
 * the whole start, so nobody can find them without it. Both are part of the compiled list's format
 * (docs/image-format.md): do not change them without a new version of it.
 */
#ifndef RS_HASH_H
#define RS_HASH_H

#include "lib/base/little_endian.h"

#define RS_HASH_FACTOR UINT64_C(0x9e3779b97f4a7c15)

/* Takes in one word. For either argument alone a bijection: a changed word changes the result. */
static inline uint64_t rs_hash_step(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * RS_HASH_FACTOR;
    return hash ^ hash >> 32;
}

/* Fewer than 8 bytes as one word that no other bytes of the same number give. */
static inline uint64_t rs_hash_short_word(rs_bytes bytes)
{
    const uint8_t *p = bytes.p;
    size_t n = bytes.n;
    if (n >= 4)
        return rs_le32_get(p) | (uint64_t)rs_le32_get(p + n - 4) << 32;
    return n == 0 ? 0 : p[0] | (uint64_t)p[n / 2] << 8 | (uint64_t)p[n - 1] << 16;
}

/* Both halves of the product with RS_HASH_FACTOR, in one word. */
static inline uint64_t rs_hash_fold(uint64_t word)
{
#ifdef __SIZEOF_INT128__
    __extension__ unsigned __int128 product = (unsigned __int128)word * RS_HASH_FACTOR;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
#else
    uint64_t low = (uint32_t)word, high = word >> 32;
    uint64_t factor_low = (uint32_t)RS_HASH_FACTOR, factor_high = RS_HASH_FACTOR >> 32;
    uint64_t middle = high * factor_low + (low * factor_low >> 32);
    uint64_t other = low * factor_high + (uint32_t)middle;
    return (word * RS_HASH_FACTOR) ^ (high * factor_high + (middle >> 32) + (other >> 32));
#endif
}

/* Takes in words of 8 bytes, the last one overlapping. Inlined where a name is looked up. */
__attribute__((always_inline)) static inline uint64_t rs_hash_bytes(uint64_t start, rs_bytes bytes)
{
    uint64_t hash = rs_hash_fold(start + bytes.n + RS_HASH_FACTOR);
    if (bytes.n < 8)
        return rs_hash_fold(hash ^ rs_hash_short_word(bytes));
    for (size_t at = 0; at + 8 < bytes.n; at += 8)
        hash = rs_hash_fold(hash ^ rs_le64_get(bytes.p + at));
    return rs_hash_fold(hash ^ rs_le64_get(bytes.p + bytes.n - 8));
}

/* 32 bits of a hash, every one of which depends on all that went in. */
static inline uint32_t rs_hash_finish(uint64_t hash)
{
    return (uint32_t)(hash * RS_HASH_FACTOR >> 32);
}

#endif
