/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/file/expand.h"

#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

#include <lzma.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

/* Of the text, packed as well, more than one piece is read. */
enum { SIZE = 800000, PIECE = 256 << 10, ROOM = 4 << 20 };

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

/* Reads a file, which is in memory: there are thousands. */
static rs_expander *expander_of(const uint8_t *bytes, size_t size)
{
    int fd = memfd_create("packed", MFD_CLOEXEC);
    CU_ASSERT_FATAL(write(fd, bytes, size) == (ssize_t)size && lseek(fd, 0, SEEK_SET) == 0);
    rs_expander *e = rs_expander_new(fd);
    CU_ASSERT_FATAL(e != NULL);
    return e;
}

static const char *reason_of(const rs_expander *e)
{
    rs_survey_rejection rejection;
    return rs_expander_rejection(e, &rejection) ? rs_survey_rejection_word(rejection) : "";
}

/* Reads a file that has these bytes, `step` at a time; the size of what it expands to. */
static size_t expand(const uint8_t *bytes, size_t size, size_t step, const char **reason)
{
    rs_expander *e = expander_of(bytes, size);
    size_t n = 0, got;
    do {
        size_t room = ROOM - n < step ? ROOM - n : step;
        got = rs_expander_read(e, out + n, room);
        n += got;
    } while (got == step);
    *reason = reason_of(e);
    CU_ASSERT(**reason != '\0' || rs_expander_position(e) == size);
    rs_expander_free(e);
    return n;
}

static void check_text(const uint8_t *bytes, size_t size)
{
    static const size_t steps[] = {SIZE, PIECE, 4099};
    const char *reason;
    CU_ASSERT(size > PIECE);
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

/* Zeros that are small on disk: four members or frames of them are as many as are free. */
static void traps_end_early(void)
{
    enum { PART = RS_EXPANDER_FREE / 4, PARTS = 16 };
    uint8_t *zeros = calloc(1, PART);
    CU_ASSERT_FATAL(zeros != NULL && RS_EXPANDER_FREE % ROOM == 0);
    for (size_t i = 0; i < ROWS(packers); i++) {
        size_t n = packers[i](zeros, PART, packed);
        for (size_t part = 1; part < PARTS; part++)
            memcpy(packed + part * n, packed, n);
        rs_expander *e = expander_of(packed, n * PARTS);
        for (size_t read = 0; read < RS_EXPANDER_FREE; read += ROOM)
            CU_ASSERT(rs_expander_read(e, out, ROOM) == ROOM);
        CU_ASSERT_STRING_EQUAL(reason_of(e), "");
        (void)rs_expander_read(e, out, ROOM);
        CU_ASSERT_STRING_EQUAL(reason_of(e), "expands");
        CU_ASSERT(rs_expander_read(e, out, ROOM) == 0);
        rs_expander_free(e);
    }
    free(zeros);
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
