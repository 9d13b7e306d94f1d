/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/file/expand.h"

#include "tests/unit/rows.h"
#include "tests/unit/scratch.h"
#include "tests/unit/suite.h"

#include <fcntl.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

enum { SIZE = 3000000, ROOM = 4000000 };

static uint8_t text[SIZE], packed[ROOM], out[ROOM];

static void make_text(void)
{
    uint32_t state = 7;
    for (size_t i = 0; i < SIZE; i++) {
        state = state * 1664525 + 1013904223;
        text[i] = (uint8_t)("abcdefgh"[state >> 29]);
    }
}

static size_t gzip(const uint8_t *from, size_t size, uint8_t *to)
{
    z_stream z = {.next_in = (uint8_t *)(uintptr_t)from, .avail_in = (unsigned)size};
    z.next_out = to;
    z.avail_out = ROOM;
    CU_ASSERT(deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) == Z_OK);
    CU_ASSERT(deflate(&z, Z_FINISH) == Z_STREAM_END);
    size_t n = ROOM - z.avail_out;
    deflateEnd(&z);
    return n;
}

static size_t zstd(const uint8_t *from, size_t size, uint8_t *to)
{
    return ZSTD_compress(to, ROOM, from, size, 1);
}

static size_t xz(const uint8_t *from, size_t size, uint8_t *to)
{
    size_t n = 0;
    CU_ASSERT(lzma_easy_buffer_encode(0, LZMA_CHECK_CRC32, NULL, from, size, to, &n, ROOM) ==
              LZMA_OK);
    return n;
}

static size_t (*const packers[])(const uint8_t *from, size_t size, uint8_t *to) = {gzip, zstd, xz};

/* Reads a file that has these bytes, `step` at a time; the size of what it expands to. */
static size_t expand(const uint8_t *bytes, size_t size, size_t step, const char **reason)
{
    rs_survey_rejection rejection;
    scratch_path path = scratch("packed");
    scratch_write(path.text, rs_bytes_make(bytes, size));
    rs_expander *e = rs_expander_new(open(path.text, O_RDONLY));
    CU_ASSERT_FATAL(e != NULL);
    size_t n = 0, got;
    do {
        size_t room = ROOM - n < step ? ROOM - n : step;
        got = rs_expander_read(e, out + n, room);
        n += got;
    } while (got == step);
    *reason = rs_expander_rejection(e, &rejection) ? rs_survey_rejection_word(rejection) : "";
    CU_ASSERT(**reason != '\0' || rs_expander_position(e) == size);
    rs_expander_free(e);
    return n;
}

static void check_text(const uint8_t *bytes, size_t size)
{
    static const size_t steps[] = {SIZE, 1 << 20, 4099};
    const char *reason;
    for (size_t i = 0; i < ROWS(steps); i++) {
        CU_ASSERT(expand(bytes, size, steps[i], &reason) == SIZE);
        CU_ASSERT(memcmp(out, text, SIZE) == 0);
        CU_ASSERT_STRING_EQUAL(reason, "");
    }
}

static void files_are_read_as_they_are_or_expanded(void)
{
    make_text();
    check_text(text, SIZE);
    for (size_t i = 0; i < ROWS(packers); i++)
        check_text(packed, packers[i](text, SIZE, packed));
    const char *reason;
    CU_ASSERT(expand(text, 0, SIZE, &reason) == 0 && *reason == '\0');
    for (size_t n = 1; n < 8; n++)
        CU_ASSERT(expand(text, n, SIZE, &reason) == n && memcmp(out, text, n) == 0);
}

static void members_and_frames_follow_each_other(void)
{
    size_t n;
    for (size_t i = 0; i < ROWS(packers); i++) {
        n = packers[i](text, 1000, packed);
        n += packers[i](text + 1000, SIZE - 1000, packed + n);
        check_text(packed, n);
    }
    static const uint8_t skipped[] = {0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 'x', 'y'};
    memcpy(packed, skipped, sizeof skipped);
    n = sizeof skipped;
    n += zstd(text, SIZE, packed + n);
    check_text(packed, n);
}

static void damage_is_noticed(void)
{
    for (size_t i = 0; i < ROWS(packers); i++) {
        size_t n = packers[i](text, 5000, packed);
        const char *reason;
        for (size_t cut = 1; cut < n - 6; cut++) {
            (void)expand(packed, n - cut, SIZE, &reason);
            CU_ASSERT_STRING_EQUAL(reason, "damaged");
        }
        packed[n] = 'x';
        (void)expand(packed, n + 1, SIZE, &reason);
        CU_ASSERT_STRING_EQUAL(reason, "damaged");
        packed[n / 2] ^= 0x55;
        packed[n / 2 + 1] ^= 0xaa;
        (void)expand(packed, n, SIZE, &reason);
        if (packers[i] != zstd) /* which has no checksum unless it is asked for one */
            CU_ASSERT_STRING_EQUAL(reason, "damaged");
    }
}

/* A file of zeros that is small on disk; how much of it is given out. */
static uint64_t expand_trap(size_t packer, size_t size, const char **reason)
{
    uint8_t *zeros = calloc(1, size);
    size_t n = packers[packer](zeros, size, packed);
    rs_survey_rejection rejection;
    scratch_path path = scratch("trap");
    scratch_write(path.text, rs_bytes_make(packed, n));
    rs_expander *e = rs_expander_new(open(path.text, O_RDONLY));
    CU_ASSERT_FATAL(e != NULL && zeros != NULL);
    uint64_t sum = 0;
    size_t got;
    while ((got = rs_expander_read(e, out, ROOM)) > 0)
        sum += got;
    *reason = rs_expander_rejection(e, &rejection) ? rs_survey_rejection_word(rejection) : "";
    rs_expander_free(e);
    free(zeros);
    return sum;
}

static void traps_end_early(void)
{
    const char *reason;
    for (size_t i = 0; i < ROWS(packers); i++) {
        CU_ASSERT(expand_trap(i, RS_EXPANDER_FREE, &reason) == RS_EXPANDER_FREE);
        CU_ASSERT_STRING_EQUAL(reason, "");
        CU_ASSERT(expand_trap(i, 4 * RS_EXPANDER_FREE, &reason) <
                  RS_EXPANDER_FREE + RS_EXPANDER_FREE / 8);
        CU_ASSERT_STRING_EQUAL(reason, "expands");
    }
}

/* Whoever wrote it chose how much memory its reader takes. */
static void a_window_has_a_limit(void)
{
    /* A frame with a window of 1 GiB, and one raw block of one byte, the last. */
    static const uint8_t large[] = {0x28, 0xb5, 0x2f, 0xfd, 0, (30 - 10) << 3, 9, 0, 0, 'x'};
    const char *reason;
    CU_ASSERT(expand(large, sizeof large, SIZE, &reason) == 0);
    CU_ASSERT_STRING_EQUAL(reason, "damaged");
    uint8_t small[sizeof large];
    memcpy(small, large, sizeof small);
    small[5] = (27 - 10) << 3;
    CU_ASSERT(expand(small, sizeof small, SIZE, &reason) == 1);
    CU_ASSERT_STRING_EQUAL(reason, "");
}

/* The same of xz: the size of its dictionary is a byte of the block's header. */
static void a_dictionary_has_a_limit(void)
{
    enum { HEADER = 12 };
    static const struct {
        uint8_t dictionary;
        const char *reason;
    } rows[] = {{30, ""}, {31, "too-large"}, {32, "too-large"}, {40, "too-large"}};
    const char *reason;
    size_t n = xz(text, 5000, packed), header_size = 4 * (size_t)(packed[HEADER] + 1);
    uint8_t *dictionary = memmem(packed + HEADER, header_size, "\x21\x01", 2);
    CU_ASSERT_FATAL(dictionary != NULL);
    for (size_t i = 0; i < ROWS(rows); i++) {
        dictionary[2] = rows[i].dictionary; /* 128 MiB, 192 MiB, 256 MiB, 4 GiB */
        uint32_t crc = lzma_crc32(packed + HEADER, header_size - 4, 0);
        for (size_t k = 0; k < 4; k++)
            packed[HEADER + header_size - 4 + k] = (uint8_t)(crc >> 8 * k);
        CU_ASSERT(expand(packed, n, SIZE, &reason) == (*rows[i].reason == '\0' ? 5000 : 0));
        CU_ASSERT_STRING_EQUAL(reason, rows[i].reason);
    }
}

static CU_TestInfo tests[] = {
    {"files_are_read_as_they_are_or_expanded", files_are_read_as_they_are_or_expanded},
    {"members_and_frames_follow_each_other", members_and_frames_follow_each_other},
    {"damage_is_noticed", damage_is_noticed},
    {"traps_end_early", traps_end_early},
    {"a_window_has_a_limit", a_window_has_a_limit},
    {"a_dictionary_has_a_limit", a_dictionary_has_a_limit},
    CU_TEST_INFO_NULL,
};

RS_SUITE("survey_expand", tests)
