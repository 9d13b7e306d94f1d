/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/format/base64.h"

#include <string.h>

#ifdef __x86_64__
#include <immintrin.h>
#endif

/* What a character stands for. 64 and more: it is not in the alphabet. */
static inline uint32_t value_of(uint8_t c)
{
    if (c >= 'A' && c <= 'Z')
        return (uint32_t)(c - 'A');
    if (c >= 'a' && c <= 'z')
        return (uint32_t)(c - 'a' + 26);
    if (c >= '0' && c <= '9')
        return (uint32_t)(c - '0' + 52);
    return c == '+' ? 62 : c == '/' ? 63 : 64;
}

/* Four characters as 24 bits; more if one of them is not in the alphabet. */
static inline uint32_t group_of(const uint8_t *p)
{
    uint32_t a = value_of(p[0]), b = value_of(p[1]), c = value_of(p[2]), d = value_of(p[3]);
    uint32_t bad = (a | b | c | d) & 64;
    return bad << 24 | a << 18 | b << 12 | c << 6 | d;
}

static void put_group(uint8_t *out, uint32_t group, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = (uint8_t)(group >> (16 - 8 * i));
}

#ifdef __x86_64__

#define AVX2 __attribute__((target("avx2")))

/* The same 16 bytes in both halves. */
#define TWICE(...) _mm256_setr_epi8(__VA_ARGS__, __VA_ARGS__)

/* The upper halves of the characters. */
AVX2 static inline __m256i upper_of(__m256i block)
{
    return _mm256_and_si256(_mm256_srli_epi32(block, 4), _mm256_set1_epi8(15));
}

/*
 * Zero for each of 32 characters of the alphabet. Both halves of a character are looked up: a bit
 * stands for the upper halves 2, 3, 4 and 6, 5 and 7, and all others; `wrong` has it for each lower
 * half that is not in the alphabet then.
 */
AVX2 static inline __m256i others_of(__m256i block)
{
    const __m256i upper_bit = TWICE(16, 16, 1, 2, 4, 8, 4, 8, 16, 16, 16, 16, 16, 16, 16, 16);
    const __m256i wrong = TWICE(21, 17, 17, 17, 17, 17, 17, 17, 17, 17, 19, 26, 27, 27, 27, 26);
    __m256i lower = _mm256_and_si256(block, _mm256_set1_epi8(15));
    return _mm256_and_si256(_mm256_shuffle_epi8(upper_bit, upper_of(block)),
                            _mm256_shuffle_epi8(wrong, lower));
}

/*
 * Stores the 24 bytes that 32 characters stand for, and four more. What is added to a character
 * depends on its upper half, but for `/`, which has the one of `+`.
 */
AVX2 static inline void put_block(uint8_t *out, __m256i block)
{
    const __m256i shifts = TWICE(0, 63 - '/', 62 - '+', 52 - '0', -'A', -'A', 26 - 'a', 26 - 'a', 0,
                                 0, 0, 0, 0, 0, 0, 0);
    const __m256i order = TWICE(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1);
    /* All ones, which is -1, for a slash. */
    __m256i slash = _mm256_cmpeq_epi8(block, _mm256_set1_epi8('/'));
    __m256i shift = _mm256_shuffle_epi8(shifts, _mm256_add_epi8(upper_of(block), slash));
    /* Two values of 6 bits to one of 12, two of these to one of 24. */
    __m256i twelve =
        _mm256_maddubs_epi16(_mm256_add_epi8(block, shift), _mm256_set1_epi16(1 << 8 | 64));
    __m256i groups = _mm256_madd_epi16(twelve, _mm256_set1_epi32(1 << 16 | 4096));
    __m256i bytes = _mm256_shuffle_epi8(groups, order);
    _mm_storeu_si128((__m128i *)(void *)out, _mm256_castsi256_si128(bytes));
    _mm_storeu_si128((__m128i *)(void *)(out + 12), _mm256_extracti128_si256(bytes, 1));
}

/* The whole groups of a block that is short, or has other characters. */
AVX2 static size_t decode_part(const uint8_t *text, size_t size, uint8_t *out)
{
    uint8_t part[32] = {0}, bytes[32];
    memcpy(part, text, size < sizeof part ? size : sizeof part);
    __m256i block = _mm256_loadu_si256((const __m256i *)(const void *)part);
    __m256i good = _mm256_cmpeq_epi8(others_of(block), _mm256_setzero_si256());
    size_t groups = (size_t)__builtin_ctz(~(unsigned)_mm256_movemask_epi8(good)) / 4;
    put_block(bytes, block);
    memcpy(out, bytes, 3 * groups);
    return 4 * groups;
}

/*
 * The whole groups without padding at the front; returns how many characters they are. A block is
 * read before any of it is overwritten: what is stored for it begins at or before it.
 */
AVX2 static size_t decode_blocks(const uint8_t *text, size_t size, uint8_t *out)
{
    size_t at = 0;
    for (; size - at >= 32; at += 32, out += 24) {
        __m256i block = _mm256_loadu_si256((const __m256i *)(const void *)(text + at));
        __m256i others = others_of(block);
        if (!_mm256_testz_si256(others, others))
            break;
        put_block(out, block);
    }
    return at == size ? at : at + decode_part(text + at, size - at, out);
}

static size_t decode_fast(const uint8_t *text, size_t size, uint8_t *out)
{
    return __builtin_cpu_supports("avx2") ? decode_blocks(text, size, out) : 0;
}

#else

static size_t decode_fast(const uint8_t *text, size_t size, uint8_t *out)
{
    (void)text, (void)size, (void)out;
    return 0;
}

#endif

/* A group with one or two `=`. Its number of bytes; 0: it is none. */
static size_t decode_padded(uint8_t *out, const uint8_t *p)
{
    size_t n = p[2] != '=' ? 2 : 1;
    const uint8_t group[4] = {p[0], p[1], n > 1 ? p[2] : 'A', 'A'};
    uint32_t bits = group_of(group);
    if (p[3] != '=' || bits >> 24 != 0 || (bits & (n == 2 ? 0xff : 0xffff)) != 0)
        return 0;
    put_group(out, bits, n);
    return n;
}

size_t rs_base64_decode_start(const uint8_t *text, size_t size, uint8_t *out, size_t *decoded)
{
    size_t at = decode_fast(text, size, out), padded = 0;
    uint8_t *end = out + at / 4 * 3;
    uint32_t group;
    for (; size - at >= 4 && (group = group_of(text + at)) >> 24 == 0; at += 4, end += 3)
        put_group(end, group, 3);
    if (size - at >= 4)
        padded = decode_padded(end, text + at);
    *decoded = (size_t)(end - out) + padded;
    return padded > 0 ? at + 4 : at;
}

bool rs_base64_decode(uint8_t *text, size_t *size)
{
    size_t n = *size;
    return n == 0 || rs_base64_decode_start(text, n, text, size) == n;
}
