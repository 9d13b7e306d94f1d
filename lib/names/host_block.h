/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Host names in blocks of sixteen bytes: most are read in one or two steps. Where the compiler may
 * not use SSE2 a loop does the same.
 */
#ifndef RS_HOST_BLOCK_H
#define RS_HOST_BLOCK_H

#include "lib/base/ascii.h"
#include "lib/base/little_endian.h"

#include <stddef.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define RS_HOST_BLOCK     16
#define RS_HOST_BLOCK_ALL 0xffffu /* a bit for each of its bytes */

/* A bit for each byte of a block, the lowest for the first. */
typedef struct rs_host_block_marks {
    uint32_t dots;
    uint32_t hosts; /* dots and characters of labels: what a host name may have */
} rs_host_block_marks;

/* Marks the bytes of a block that are so in lower case: a capital letter is none of them. */
static inline rs_host_block_marks rs_host_block_mark_plain(const uint8_t block[RS_HOST_BLOCK])
{
    rs_host_block_marks marks = {0, 0};
    for (unsigned i = 0; i < RS_HOST_BLOCK; i++) {
        uint32_t is_dot = block[i] == '.';
        uint32_t is_label = rs_ascii_is_label(block[i]) && !rs_ascii_is_upper(block[i]);
        marks.dots |= is_dot << i;
        marks.hosts |= (is_dot | is_label) << i;
    }
    return marks;
}

/* Copies a block with its upper case folded, and marks its bytes. The two may be the same. */
static inline rs_host_block_marks rs_host_block_fold_plain(const uint8_t block[RS_HOST_BLOCK],
                                                           uint8_t folded[RS_HOST_BLOCK])
{
    for (unsigned i = 0; i < RS_HOST_BLOCK; i++)
        folded[i] = rs_ascii_lower(block[i]);
    return rs_host_block_mark_plain(folded);
}

#ifdef __SSE2__

/* Bytes below `first` wrap around and are far above it. */
static inline __m128i rs_host_block_range(__m128i bytes, char first, char last)
{
    __m128i above = _mm_sub_epi8(bytes, _mm_set1_epi8(first));
    return _mm_cmpeq_epi8(_mm_min_epu8(above, _mm_set1_epi8((char)(last - first))), above);
}

static inline __m128i rs_host_block_is(__m128i bytes, char c)
{
    return _mm_cmpeq_epi8(bytes, _mm_set1_epi8(c));
}

/* Marks bytes of which these are small letters. */
static inline rs_host_block_marks rs_host_block_marks_of(__m128i text, __m128i letters)
{
    __m128i dots = rs_host_block_is(text, '.');
    /* From `-` to `9` there is `/` beside the dot and the digits. */
    __m128i others =
        _mm_andnot_si128(rs_host_block_is(text, '/'), rs_host_block_range(text, '-', '9'));
    __m128i hosts = _mm_or_si128(_mm_or_si128(letters, rs_host_block_is(text, '_')), others);
    return (rs_host_block_marks){(uint32_t)_mm_movemask_epi8(dots),
                                 (uint32_t)_mm_movemask_epi8(hosts)};
}

static inline rs_host_block_marks rs_host_block_mark(const uint8_t block[RS_HOST_BLOCK])
{
    __m128i text = _mm_loadu_si128((const __m128i *)(const void *)block);
    return rs_host_block_marks_of(text, rs_host_block_range(text, 'a', 'z'));
}

/* The same of a block whose halves stand apart. */
static inline rs_host_block_marks rs_host_block_mark_halves(const uint8_t first[RS_HOST_BLOCK / 2],
                                                            const uint8_t second[RS_HOST_BLOCK / 2])
{
    __m128i text = _mm_set_epi64x((long long)rs_le64_get(second), (long long)rs_le64_get(first));
    return rs_host_block_marks_of(text, rs_host_block_range(text, 'a', 'z'));
}

static inline rs_host_block_marks rs_host_block_fold(const uint8_t block[RS_HOST_BLOCK],
                                                     uint8_t folded[RS_HOST_BLOCK])
{
    __m128i text = _mm_loadu_si128((const __m128i *)(const void *)block);
    __m128i to_lower = _mm_set1_epi8('a' - 'A');
    __m128i letters = rs_host_block_range(_mm_or_si128(text, to_lower), 'a', 'z');
    text = _mm_or_si128(text, _mm_and_si128(letters, to_lower));
    _mm_storeu_si128((__m128i *)(void *)folded, text);
    return rs_host_block_marks_of(text, letters);
}

#else

static inline rs_host_block_marks rs_host_block_mark(const uint8_t block[RS_HOST_BLOCK])
{
    return rs_host_block_mark_plain(block);
}

static inline rs_host_block_marks rs_host_block_mark_halves(const uint8_t first[RS_HOST_BLOCK / 2],
                                                            const uint8_t second[RS_HOST_BLOCK / 2])
{
    uint8_t block[RS_HOST_BLOCK];
    memcpy(block, first, sizeof block / 2);
    memcpy(block + sizeof block / 2, second, sizeof block / 2);
    return rs_host_block_mark_plain(block);
}

static inline rs_host_block_marks rs_host_block_fold(const uint8_t block[RS_HOST_BLOCK],
                                                     uint8_t folded[RS_HOST_BLOCK])
{
    return rs_host_block_fold_plain(block, folded);
}

#endif

/*
 * Whether the first `n` bytes that were marked are labels of a host name: no character but theirs,
 * and none of them empty. `n` is below 64, and so no label is too long.
 */
static inline bool rs_host_block_are_labels(uint64_t dots, uint64_t hosts, size_t n)
{
    uint64_t all = (UINT64_C(1) << n) - 1;
    dots &= all;
    /* A dot before the first label, one behind the last, and each one that follows another. */
    uint64_t borders = dots | UINT64_C(1) << n;
    return (hosts & all) == all && (borders & (dots << 1 | 1)) == 0;
}

#endif
