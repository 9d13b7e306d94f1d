/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/format/tile.h"

#include "tests/unit/command/survey/input/taken.h"
#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

#define LEAF  "\x30\x03\x02\x01\x07"
#define TBS   "\x30\x03\x02\x01\x08"
#define PRE   "\x30\x03\x02\x01\x09"
#define FIRST "3003020108tl=3003020109kab#01#02 "

/* A precertificate with two issuers. */
static void put_first(made *tile)
{
    put_log_entry(tile, true, TBS, sizeof TBS - 1);
    put_vector(tile, 3, PRE, sizeof PRE - 1);
    put_number(tile, 2, 2 * RS_SURVEY_SHA256_SIZE);
    put_filled(tile, RS_SURVEY_SHA256_SIZE, 1);
    put_filled(tile, RS_SURVEY_SHA256_SIZE, 2);
}

/* A certificate with none. */
static void put_second(made *tile)
{
    put_log_entry(tile, false, LEAF, sizeof LEAF - 1);
    put_number(tile, 2, 0);
}

static const char *decoded(const made *tile, taken *t)
{
    rs_bytes copy = exact_copy(made_bytes(tile));
    rs_survey_sink sink = taken_sink(t);
    CU_ASSERT(rs_tile_decode(copy, &sink));
    exact_free(copy);
    return t->text;
}

static void entries_of_both_types_are_taken(void)
{
    static made tile;
    static taken t;
    tile.n = 0;
    CU_ASSERT_STRING_EQUAL(decoded(&tile, &t), "");
    put_first(&tile);
    put_second(&tile);
    CU_ASSERT_STRING_EQUAL(decoded(&tile, &t), FIRST "3003020107l ");
}

static void a_tile_that_ends_early_has_what_is_whole(void)
{
    static made tile;
    static taken t;
    tile.n = 0;
    put_first(&tile);
    size_t first = tile.n;
    put_second(&tile);
    size_t both = tile.n;
    for (tile.n = 1; tile.n < both; tile.n++) {
        const char *expected = tile.n < first    ? "!truncated "
                               : tile.n == first ? FIRST
                                                 : FIRST "!truncated ";
        CU_ASSERT_STRING_EQUAL(decoded(&tile, &t), expected);
    }
}

static void nothing_behind_a_bad_entry_is_read(void)
{
    static made tile;
    static taken t;
    tile.n = 0;
    put_first(&tile);
    size_t first = tile.n;
    put_second(&tile);
    put_second(&tile);
    tile.bytes[first + 9] = 2;
    CU_ASSERT_STRING_EQUAL(decoded(&tile, &t), FIRST "!entry-type ");
    tile.n = 0;
    put_log_entry(&tile, false, LEAF, sizeof LEAF - 1);
    put_number(&tile, 2, 33);
    put_filled(&tile, 33, 1);
    put_second(&tile);
    CU_ASSERT_STRING_EQUAL(decoded(&tile, &t), "!length ");
}

static void what_is_not_der_is_one_entry_less(void)
{
    static made tile;
    static taken t;
    tile.n = 0;
    put_log_entry(&tile, false, "\x30\x04\x02\x01\x07", 5);
    put_number(&tile, 2, 0);
    put_log_entry(&tile, false, LEAF "\0", sizeof LEAF);
    put_number(&tile, 2, 0);
    put_log_entry(&tile, false, "", 0);
    put_number(&tile, 2, 0);
    put_second(&tile);
    CU_ASSERT_STRING_EQUAL(decoded(&tile, &t), "!not-der !not-der !not-der 3003020107l ");
}

static void the_tree_has_the_timestamped_entry(void)
{
    static made tile, hashed;
    rs_survey_entry entry;
    rs_survey_rejection reason;
    rs_bytes leaf;
    tile.n = hashed.n = 0;
    put_first(&tile);
    put_log_entry(&hashed, true, TBS, sizeof TBS - 1);
    rs_bytes rest = made_bytes(&tile);
    CU_ASSERT_FATAL(rs_tile_next(&rest, &entry, &leaf, &reason));
    CU_ASSERT(rest.n == 0 && rs_bytes_equal(leaf, made_bytes(&hashed)));
}

static void the_sink_can_stop(void)
{
    static made tile;
    static taken t;
    tile.n = 0;
    put_second(&tile);
    put_second(&tile);
    rs_survey_sink sink = taken_sink(&t);
    t.calls_left = 1;
    CU_ASSERT(!rs_tile_decode(made_bytes(&tile), &sink));
    CU_ASSERT(t.entries == 1);
}

static CU_TestInfo tests[] = {
    {"entries_of_both_types_are_taken", entries_of_both_types_are_taken},
    {"a_tile_that_ends_early_has_what_is_whole", a_tile_that_ends_early_has_what_is_whole},
    {"nothing_behind_a_bad_entry_is_read", nothing_behind_a_bad_entry_is_read},
    {"what_is_not_der_is_one_entry_less", what_is_not_der_is_one_entry_less},
    {"the_tree_has_the_timestamped_entry", the_tree_has_the_timestamped_entry},
    {"the_sink_can_stop", the_sink_can_stop},
    CU_TEST_INFO_NULL,
};

RS_SUITE("survey_tile", tests)
