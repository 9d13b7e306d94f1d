/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/tally/root_sets.h"

#include "tests/unit/suite.h"

enum { ROOTS = 200 };

static void a_set_has_one_number(void)
{
    rs_root_sets sets;
    rs_root_sets_init(&sets, ROOTS);
    uint32_t one = rs_root_sets_with(&sets, RS_ROOT_SETS_EMPTY, 3);
    uint32_t other = rs_root_sets_with(&sets, RS_ROOT_SETS_EMPTY, 199);
    CU_ASSERT(one != RS_ROOT_SETS_EMPTY && other != RS_ROOT_SETS_EMPTY && one != other);
    CU_ASSERT_EQUAL(rs_root_sets_with(&sets, RS_ROOT_SETS_EMPTY, 3), one);
    CU_ASSERT_EQUAL(rs_root_sets_with(&sets, one, 3), one);
    uint32_t both = rs_root_sets_union(&sets, one, other);
    CU_ASSERT(both != one && both != other);
    CU_ASSERT_EQUAL(rs_root_sets_union(&sets, other, one), both);
    CU_ASSERT_EQUAL(rs_root_sets_with(&sets, other, 3), both);
    CU_ASSERT_EQUAL(rs_root_sets_union(&sets, both, one), both);
    CU_ASSERT_EQUAL(rs_root_sets_union(&sets, RS_ROOT_SETS_EMPTY, one), one);
    CU_ASSERT_EQUAL(rs_root_sets_union(&sets, one, one), one);
    CU_ASSERT_EQUAL(sets.count, 4);
    rs_root_sets_clear(&sets);
}

/* Enough sets to make room for more: each pair of roots. */
static void each_set_has_its_roots(void)
{
    rs_root_sets sets;
    rs_root_sets_init(&sets, ROOTS);
    for (int round = 0; round < 2; round++)
        for (size_t a = 0; a < ROOTS; a += 7)
            for (size_t b = a + 1; b < ROOTS; b += 5) {
                uint32_t set =
                    rs_root_sets_with(&sets, rs_root_sets_with(&sets, RS_ROOT_SETS_EMPTY, a), b);
                size_t found = 0;
                for (size_t root = 0; root < ROOTS; root++)
                    found += rs_root_sets_has(&sets, set, root);
                CU_ASSERT(found == 2 && rs_root_sets_has(&sets, set, a) &&
                          rs_root_sets_has(&sets, set, b));
            }
    rs_root_sets_clear(&sets);
}

static void without_roots_there_is_the_empty_set(void)
{
    rs_root_sets sets;
    rs_root_sets_init(&sets, 0);
    CU_ASSERT_EQUAL(rs_root_sets_union(&sets, RS_ROOT_SETS_EMPTY, RS_ROOT_SETS_EMPTY),
                    RS_ROOT_SETS_EMPTY);
    rs_root_sets_clear(&sets);
}

static CU_TestInfo tests[] = {
    {"a_set_has_one_number", a_set_has_one_number},
    {"each_set_has_its_roots", each_set_has_its_roots},
    {"without_roots_there_is_the_empty_set", without_roots_there_is_the_empty_set},
    CU_TEST_INFO_NULL,
};

RS_SUITE("root_sets", tests)
