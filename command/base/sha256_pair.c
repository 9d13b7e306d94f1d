/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/sha256_pair.h"

#ifdef __x86_64__

#include <cpuid.h>
#include <immintrin.h>

#define TARGET __attribute__((target("sha,sse4.1")))
#define INLINE __attribute__((target("sha,sse4.1"), always_inline)) static inline

enum { BLOCK = 64 };

/* The state of one message, in the order of the instructions, and the last 16 words of input. */
typedef struct lane {
    __m128i abef, cdgh;
    __m128i words[4];
} lane;

bool rs_sha256_pair_is_there(void)
{
    enum { SHA = 1 << 29 };
    unsigned a, b, c, d;
    return __builtin_cpu_supports("sse4.1") && __get_cpuid_count(7, 0, &a, &b, &c, &d) == 1 &&
           (b & SHA) != 0;
}

INLINE __m128i load(const void *from)
{
    return _mm_loadu_si128((const __m128i *)from);
}

INLINE void store(void *to, __m128i value)
{
    _mm_storeu_si128((__m128i *)to, value);
}

INLINE void begin(lane *l, const uint32_t state[8])
{
    __m128i cdab = _mm_shuffle_epi32(load(state), 0xb1);
    __m128i efgh = _mm_shuffle_epi32(load(state + 4), 0x1b);
    l->abef = _mm_alignr_epi8(cdab, efgh, 8);
    l->cdgh = _mm_blend_epi16(efgh, cdab, 0xf0);
}

INLINE void end(const lane *l, uint32_t state[8])
{
    __m128i feba = _mm_shuffle_epi32(l->abef, 0x1b);
    __m128i dchg = _mm_shuffle_epi32(l->cdgh, 0xb1);
    store(state, _mm_blend_epi16(feba, dchg, 0xf0));
    store(state + 4, _mm_alignr_epi8(dchg, feba, 8));
}

/* Four rounds with `words[i]`; `round` is the first of them. */
INLINE void add_rounds(lane *l, size_t round, size_t i)
{
    __m128i input = _mm_add_epi32(l->words[i], load(rs_sha256_round_constants + round));
    l->cdgh = _mm_sha256rnds2_epu32(l->cdgh, l->abef, input);
    l->abef = _mm_sha256rnds2_epu32(l->abef, l->cdgh, _mm_shuffle_epi32(input, 0x0e));
}

/* The first 16 words are those of the block. */
INLINE void add_first(lane *l, const uint8_t *block, size_t i)
{
    const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    l->words[i] = _mm_shuffle_epi8(load(block + 16 * i), big_endian);
    add_rounds(l, 4 * i, i);
}

/* Each further word is made of the 16 before it. */
INLINE void add_next(lane *l, size_t round, size_t i)
{
    __m128i last = l->words[(i + 3) % 4];
    __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(l->words[i], l->words[(i + 1) % 4]),
                                _mm_alignr_epi8(last, l->words[(i + 2) % 4], 4));
    l->words[i] = _mm_sha256msg2_epu32(sum, last);
    add_rounds(l, round + 4 * i, i);
}

INLINE void add_first_to_both(lane *a, lane *b, const uint8_t *blocks, size_t i)
{
    add_first(a, blocks, i);
    add_first(b, blocks + BLOCK, i);
}

INLINE void add_next_to_both(lane *a, lane *b, size_t round, size_t i)
{
    add_next(a, round, i);
    add_next(b, round, i);
}

INLINE void add_blocks(lane *a, lane *b, const uint8_t *blocks)
{
    __m128i a_abef = a->abef, a_cdgh = a->cdgh, b_abef = b->abef, b_cdgh = b->cdgh;
    add_first_to_both(a, b, blocks, 0);
    add_first_to_both(a, b, blocks, 1);
    add_first_to_both(a, b, blocks, 2);
    add_first_to_both(a, b, blocks, 3);
    for (size_t round = 16; round < 64; round += 16) {
        add_next_to_both(a, b, round, 0);
        add_next_to_both(a, b, round, 1);
        add_next_to_both(a, b, round, 2);
        add_next_to_both(a, b, round, 3);
    }
    a->abef = _mm_add_epi32(a->abef, a_abef);
    a->cdgh = _mm_add_epi32(a->cdgh, a_cdgh);
    b->abef = _mm_add_epi32(b->abef, b_abef);
    b->cdgh = _mm_add_epi32(b->cdgh, b_cdgh);
}

TARGET void rs_sha256_pair_update(rs_sha256 *even, rs_sha256 *odd, const uint8_t *blocks,
                                  size_t count)
{
    lane a, b;
    begin(&a, even->state);
    begin(&b, odd->state);
    for (size_t i = 0; i < count; i++)
        add_blocks(&a, &b, blocks + 2 * BLOCK * i);
    end(&a, even->state);
    end(&b, odd->state);
    even->length += BLOCK * count;
    odd->length += BLOCK * count;
}

#else

bool rs_sha256_pair_is_there(void)
{
    return false;
}

void rs_sha256_pair_update(rs_sha256 *even, rs_sha256 *odd, const uint8_t *blocks, size_t count)
{
    (void)even, (void)odd, (void)blocks, (void)count;
}

#endif
