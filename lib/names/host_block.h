/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Host names in blocks of sixteen bytes: most are read in one or two steps. Where the compiler may
 * not use SSE2 a loop does the same.
 */
#ifndef RS_HOST_BLOCK_H
#define RS_HOST_BLOCK_H

#include "lib/base/ascii.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define RS_HOST_BLOCK 16

/* A bit for each byte of a block, the lowest for the first. */
typedef struct rs_host_block_marks {
    uint32_t dots;
    uint32_t hosts; /* dots and characters of labels: what a host name may have */
} rs_host_block_marks;

/* Folds the upper case of a block in place, and marks its bytes. */
static inline rs_host_block_marks rs_host_block_fold_plain(uint8_t block[RS_HOST_BLOCK])
{
    rs_host_block_marks marks = {0, 0};
    for (unsigned i = 0; i < RS_HOST_BLOCK; i++) {
        block[i] = rs_ascii_lower(block[i]);
        uint32_t is_dot = block[i] == '.', is_label = rs_ascii_is_label(block[i]);
        marks.dots |= is_dot << i;
        marks.hosts |= (is_dot | is_label) << i;
    }
    return marks;
}

#ifdef __SSE2__

/* Bytes over 127 are negative, and so in no range. */
static inline __m128i rs_host_block_range(__m128i bytes, char first, char last)
{
    return _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8((char)(first - 1))),
                         _mm_cmplt_epi8(bytes, _mm_set1_epi8((char)(last + 1))));
}

static inline __m128i rs_host_block_is(__m128i bytes, char c)
{
    return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c));
}

static inline rs_host_block_marks rs_host_block_fold(uint8_t block[RS_HOST_BLOCK])
{
    __m128i text = _mm_loadu_si128((const __m128i *)(const void *)block);
    __m128i to_lower = _mm_set1_epi8('a' - 'A');
    __m128i letters = rs_host_block_range(_mm_or_si128(text, to_lower), 'a', 'z');
    text = _mm_or_si128(text, _mm_and_si128(letters, to_lower));
    _mm_storeu_si128((__m128i *)(void *)block, text);
    /* `-` and `.` are neighbours. */
    __m128i dots = rs_host_block_is(text, '.');
    __m128i others = _mm_or_si128(rs_host_block_range(text, '-', '.'), rs_host_block_is(text, '_'));
    __m128i hosts =
        _mm_or_si128(_mm_or_si128(letters, rs_host_block_range(text, '0', '9')), others);
    return (rs_host_block_marks){(uint32_t)_mm_movemask_epi8(dots),
                                 (uint32_t)_mm_movemask_epi8(hosts)};
}

#else

static inline rs_host_block_marks rs_host_block_fold(uint8_t block[RS_HOST_BLOCK])
{
    return rs_host_block_fold_plain(block);
}

#endif

#endif
