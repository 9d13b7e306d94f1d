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

/* The same 16 bytes in both halves. */
#define TWICE(...) _mm256_setr_epi8(__VA_ARGS__, __VA_ARGS__)

/*
 * Decodes blocks of 32 characters to 24 bytes while `size` has them, and stops before one that is
 * not of the alphabet alone. Returns how many characters are decoded. A block is read before any
 * of it is overwritten: what is stored for it, 28 bytes, begins at or before it.
 *
 * Both halves of a character are looked up. A bit stands for the upper halves 2, 3, 4 and 6, 5 and
 * 7, and all others; `wrong` has it for each lower half that is not in the alphabet then. What is
 * added to a character depends on its upper half, but for `/`, which has the one of `+`.
 */
__attribute__((target("avx2"))) static size_t decode_blocks(uint8_t *text, size_t size)
{
    const __m256i upper_bit = TWICE(16, 16, 1, 2, 4, 8, 4, 8, 16, 16, 16, 16, 16, 16, 16, 16);
    const __m256i wrong = TWICE(21, 17, 17, 17, 17, 17, 17, 17, 17, 17, 19, 26, 27, 27, 27, 26);
    const __m256i shifts = TWICE(0, 63 - '/', 62 - '+', 52 - '0', -'A', -'A', 26 - 'a', 26 - 'a', 0,
                                 0, 0, 0, 0, 0, 0, 0);
    const __m256i order = TWICE(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1);
    const __m256i half = _mm256_set1_epi8(15);
    uint8_t *out = text;
    size_t at = 0;
    for (; size - at >= 32; at += 32, out += 24) {
        __m256i block = _mm256_loadu_si256((const __m256i *)(const void *)(text + at));
        __m256i upper = _mm256_and_si256(_mm256_srli_epi32(block, 4), half);
        __m256i lower = _mm256_and_si256(block, half);
        if (!_mm256_testz_si256(_mm256_shuffle_epi8(upper_bit, upper),
                                _mm256_shuffle_epi8(wrong, lower)))
            break;
        /* All ones, which is -1, for a slash. */
        __m256i slash = _mm256_cmpeq_epi8(block, _mm256_set1_epi8('/'));
        __m256i shift = _mm256_shuffle_epi8(shifts, _mm256_add_epi8(upper, slash));
        /* Two values of 6 bits to one of 12, two of these to one of 24. */
        __m256i twelve =
            _mm256_maddubs_epi16(_mm256_add_epi8(block, shift), _mm256_set1_epi16(1 << 8 | 64));
        __m256i groups = _mm256_madd_epi16(twelve, _mm256_set1_epi32(1 << 16 | 4096));
        __m256i bytes = _mm256_shuffle_epi8(groups, order);
        _mm_storeu_si128((__m128i *)(void *)out, _mm256_castsi256_si128(bytes));
        _mm_storeu_si128((__m128i *)(void *)(out + 12), _mm256_extracti128_si256(bytes, 1));
    }
    return at;
}

/* Whole groups of good characters at the front; returns how many characters they are. */
static size_t decode_fast(uint8_t *text, size_t size)
{
    if (!__builtin_cpu_supports("avx2"))
        return 0;
    size_t done = decode_blocks(text, size), left = size - done;
    if (left == 0 || left >= 32)
        return done;
    uint8_t block[32];
    memset(block, 'A', sizeof block);
    memcpy(block, text + done, left);
    if (decode_blocks(block, sizeof block) == 0)
        return done;
    memcpy(text + done / 4 * 3, block, left / 4 * 3);
    return size;
}

#else

static size_t decode_fast(uint8_t *text, size_t size)
{
    (void)text, (void)size;
    return 0;
}

#endif

/* The group at the end, with up to two `=`. Its number of bytes; 0: it is malformed. */
static size_t decode_last(uint8_t *out, const uint8_t *p)
{
    size_t n = p[3] != '=' ? 3 : p[2] != '=' ? 2 : 1;
    const uint8_t group[4] = {p[0], p[1], n > 1 ? p[2] : 'A', n > 2 ? p[3] : 'A'};
    uint32_t bits = group_of(group);
    if (bits >> 24 != 0 || (n < 3 && (bits & (n == 2 ? 0xff : 0xffff)) != 0))
        return 0;
    put_group(out, bits, n);
    return n;
}

bool rs_base64_decode(uint8_t *text, size_t *size)
{
    size_t n = *size;
    if (n == 0)
        return true;
    if (n % 4 != 0)
        return false;
    size_t at = decode_fast(text, n - 4);
    uint8_t *out = text + at / 4 * 3;
    for (; at < n - 4; at += 4, out += 3) {
        uint32_t group = group_of(text + at);
        if (group >> 24 != 0)
            return false;
        put_group(out, group, 3);
    }
    size_t last = decode_last(out, text + at);
    *size = (size_t)(out - text) + last;
    return last > 0;
}
