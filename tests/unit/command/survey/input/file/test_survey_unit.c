/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/file/unit.h"

#include "lib/base/sha256.h"
#include "tests/unit/suite.h"

enum { CERTIFICATE = 500, CHAIN = 2 * RS_SHA256_SIZE, ENTRIES = 3 };
enum { ENTRY = 8 + 2 + 3 + CERTIFICATE + 2 + 2 + CHAIN, TILE = ENTRIES * ENTRY };

/* Entries of a tile: each with a time, a certificate, no extensions and two fingerprints. */
static void make_tile(uint8_t tile[TILE])
{
    for (size_t i = 0; i < TILE; i++)
        tile[i] = (uint8_t)(i * 7 + i / 256);
    for (uint8_t *at = tile; at < tile + TILE; at += ENTRY) {
        const uint8_t head[] = {0, 0, 0, CERTIFICATE >> 8, CERTIFICATE & 0xff},
                      tail[] = {0, 0, 0, CHAIN};
        memcpy(at + 8, head, sizeof head);
        memcpy(at + 8 + sizeof head + CERTIFICATE, tail, sizeof tail);
    }
}

/* The digest of these bytes, of which each of `steps` was hashed before. */
static const uint8_t *digest(rs_survey_unit *unit, rs_survey_format format, rs_bytes bytes,
                             const size_t *steps, size_t step_count)
{
    CU_ASSERT_FATAL(rs_survey_unit_begin(unit, "name") && rs_survey_unit_reserve(unit, 2 * TILE));
    rs_survey_unit_put_first(unit, bytes);
    unit->format = format;
    for (size_t i = 0; i < step_count; i++)
        rs_survey_unit_hash(unit, steps[i]);
    unit->bytes = rs_bytes_make(unit->buffer, bytes.n);
    rs_survey_unit_seal(unit, 0);
    return unit->digest;
}

static void digests_are_the_same_in_steps(void)
{
    static const rs_survey_format formats[] = {RS_SURVEY_FORMAT_TILE, RS_SURVEY_FORMAT_GET_ENTRIES,
                                               RS_SURVEY_FORMAT_PEM};
    uint8_t tile[TILE], whole[RS_SHA256_SIZE];
    rs_survey_unit unit = {.name = NULL};
    make_tile(tile);
    /* Also of a tile whose last entry is not whole. */
    for (size_t n = TILE; n > TILE - 2; n--)
        for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
            rs_bytes bytes = rs_bytes_make(tile, n);
            memcpy(whole, digest(&unit, formats[i], bytes, NULL, 0), sizeof whole);
            for (size_t step = 0; step <= n; step++) {
                const size_t steps[] = {step / 2, step};
                if (memcmp(digest(&unit, formats[i], bytes, steps, 2), whole, sizeof whole) != 0)
                    CU_FAIL("another digest in steps");
            }
        }
    rs_survey_unit_clear(&unit);
}

/* What was hashed and is not in the unit in the end does not matter. */
static void bytes_that_are_left_out_are_not_hashed(void)
{
    uint8_t tile[TILE], whole[RS_SHA256_SIZE];
    const size_t step = TILE;
    rs_survey_unit unit = {.name = NULL};
    make_tile(tile);
    rs_bytes bytes = rs_bytes_make(tile, 2 * ENTRY);
    memcpy(whole, digest(&unit, RS_SURVEY_FORMAT_TILE, bytes, NULL, 0), sizeof whole);
    CU_ASSERT(memcmp(digest(&unit, RS_SURVEY_FORMAT_TILE, bytes, &step, 1), whole, sizeof whole) ==
              0);
    rs_survey_unit_clear(&unit);
}

/* Of an entry, its ends count; of what is behind the entries, all. */
static void what_a_tile_is_known_by(void)
{
    uint8_t tile[TILE + 200] = {0}, whole[RS_SHA256_SIZE];
    rs_survey_unit unit = {.name = NULL};
    make_tile(tile);
    memset(tile + TILE, 0xff, sizeof tile - TILE); /* no type of an entry */
    rs_bytes bytes = rs_bytes_make(tile, sizeof tile);
    memcpy(whole, digest(&unit, RS_SURVEY_FORMAT_TILE, bytes, NULL, 0), sizeof whole);
    static const struct {
        size_t at;
        bool counts;
    } rows[] = {
        {0, true},
        {7, true},
        {20, true},
        {ENTRY / 2, false},
        {ENTRY - CHAIN - 70, true},
        {ENTRY - 1, true},
        {ENTRY, true},
        {2 * ENTRY + ENTRY / 2, false},
        {TILE - 1, true},
        {TILE, true},
        {TILE + 100, true},
        {TILE + 199, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        tile[rows[i].at] ^= 1;
        bool changed =
            memcmp(digest(&unit, RS_SURVEY_FORMAT_TILE, bytes, NULL, 0), whole, sizeof whole) != 0;
        CU_ASSERT(changed == rows[i].counts);
        tile[rows[i].at] ^= 1;
    }
    rs_survey_unit_clear(&unit);
}

int main(void)
{
    static CU_TestInfo tests[] = {
        {"digests_are_the_same_in_steps", digests_are_the_same_in_steps},
        {"bytes_that_are_left_out_are_not_hashed", bytes_that_are_left_out_are_not_hashed},
        {"what_a_tile_is_known_by", what_a_tile_is_known_by},
        CU_TEST_INFO_NULL,
    };
    return rs_suite_run("survey_unit", tests);
}
