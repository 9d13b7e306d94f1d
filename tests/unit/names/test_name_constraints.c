/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/names/name_constraints.h"

#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

/* GeneralSubtrees of one dNSName `a` or `b`, and what may follow it. */
#define SUBTREE(length, name, rest) "\x30" length "\x82\x01" name rest
#define A                           SUBTREE("\x03", "a", "")
#define B                           SUBTREE("\x03", "b", "")
#define MINIMUM(n)                  SUBTREE("\x06", "a", "\x80\x01" n)
#define MAXIMUM(n)                  SUBTREE("\x06", "a", "\x81\x01" n)

static void init_takes_either_or_both(void)
{
    static const struct {
        const char *name;
        rs_bytes extension;
        bool good;
    } rows[] = {
        {"permitted", LITERAL("\x30\x07\xa0\x05" A), true},
        {"excluded", LITERAL("\x30\x07\xa1\x05" A), true},
        {"both", LITERAL("\x30\x0e\xa0\x05" A "\xa1\x05" B), true},
        {"the wrong way round", LITERAL("\x30\x0e\xa1\x05" A "\xa0\x05" B), false},
        {"permitted twice", LITERAL("\x30\x0e\xa0\x05" A "\xa0\x05" B), false},
        {"nothing", LITERAL(""), false},
        {"neither", LITERAL("\x30\x00"), false},
        {"permitted nothing", LITERAL("\x30\x02\xa0\x00"), false},
        {"excluded nothing", LITERAL("\x30\x09\xa0\x05" A "\xa1\x00"), false},
        {"something else", LITERAL("\x30\x07\xa2\x05" A), false},
        {"more behind", LITERAL("\x30\x09\xa0\x05" A "\x05\x00"), false},
        {"more behind all", LITERAL("\x30\x07\xa0\x05" A "\x05\x00"), false},
        {"no sequence", LITERAL("\x31\x07\xa0\x05" A), false},
        {"cut off", LITERAL("\x30\x07\xa0\x05\x30\x03\x82\x01"), false},
        {"too long inside", LITERAL("\x30\x07\xa0\x06" A), false},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_bytes extension = exact_copy(rows[i].extension);
        rs_name_constraints constraints;
        CHECK_ROW(rs_name_constraints_init(&constraints, extension) == rows[i].good, rows[i].name);
        exact_free(extension);
    }
}

static void constraints_come_in_order(void)
{
    static const rs_bytes extension = LITERAL("\x30\x13\xa0\x0a" A B "\xa1\x05" A);
    static const struct {
        char name;
        bool excluded;
    } expected[] = {{'a', false}, {'b', false}, {'a', true}};
    rs_bytes exact = exact_copy(extension);
    rs_name_constraints constraints;
    rs_constraint constraint;
    CU_ASSERT_FATAL(rs_name_constraints_init(&constraints, exact));
    for (size_t i = 0; i < ROWS(expected); i++) {
        CU_ASSERT_EQUAL_FATAL(rs_name_constraints_next(&constraints, &constraint), RS_NEXT_ITEM);
        CU_ASSERT_EQUAL(constraint.base.type, RS_GENERAL_NAME_DNS);
        CU_ASSERT(constraint.base.value.n == 1 && constraint.base.value.p[0] == expected[i].name);
        CU_ASSERT_EQUAL(constraint.excluded, expected[i].excluded);
        CU_ASSERT_FALSE(constraint.has_distance);
    }
    CU_ASSERT_EQUAL(rs_name_constraints_next(&constraints, &constraint), RS_NEXT_END);
    CU_ASSERT_EQUAL(rs_name_constraints_next(&constraints, &constraint), RS_NEXT_END);
    exact_free(exact);
}

static void distances_are_seen(void)
{
    static const struct {
        const char *name;
        rs_bytes extension;
        rs_next next;
        bool has_distance;
    } rows[] = {
        {"minimum 0", LITERAL("\x30\x0a\xa0\x08" MINIMUM("\0")), RS_NEXT_ITEM, false},
        {"minimum 1", LITERAL("\x30\x0a\xa0\x08" MINIMUM("\1")), RS_NEXT_ITEM, true},
        {"maximum 0", LITERAL("\x30\x0a\xa0\x08" MAXIMUM("\0")), RS_NEXT_ITEM, true},
        {"long minimum", LITERAL("\x30\x0b\xa0\x09" SUBTREE("\x07", "a", "\x80\x02\0\0")),
         RS_NEXT_ITEM, true},
        {"empty minimum", LITERAL("\x30\x09\xa0\x07" SUBTREE("\x05", "a", "\x80\0")), RS_NEXT_ITEM,
         true},
        {"both", LITERAL("\x30\x0d\xa0\x0b" SUBTREE("\x09", "a", "\x80\x01\0\x81\x01\0")),
         RS_NEXT_ITEM, true},
        {"the wrong way round",
         LITERAL("\x30\x0d\xa0\x0b" SUBTREE("\x09", "a", "\x81\x01\0\x80\x01\0")),
         RS_NEXT_MALFORMED, false},
        {"something else", LITERAL("\x30\x0a\xa0\x08" SUBTREE("\x06", "a", "\x82\x01\0")),
         RS_NEXT_MALFORMED, false},
        {"no name", LITERAL("\x30\x04\xa0\x02\x30\x00"), RS_NEXT_MALFORMED, false},
        {"no subtree", LITERAL("\x30\x05\xa0\x03\x82\x01\x61"), RS_NEXT_MALFORMED, false},
        {"no general name", LITERAL("\x30\x07\xa0\x05\x30\x03\x89\x01\x61"), RS_NEXT_MALFORMED,
         false},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_bytes extension = exact_copy(rows[i].extension);
        rs_name_constraints constraints;
        rs_constraint constraint = {.has_distance = false};
        CU_ASSERT_FATAL(rs_name_constraints_init(&constraints, extension));
        CHECK_ROW(rs_name_constraints_next(&constraints, &constraint) == rows[i].next,
                  rows[i].name);
        if (rows[i].next == RS_NEXT_ITEM)
            CHECK_ROW(constraint.has_distance == rows[i].has_distance, rows[i].name);
        else
            CHECK_ROW(rs_name_constraints_next(&constraints, &constraint) == RS_NEXT_MALFORMED,
                      rows[i].name);
        exact_free(extension);
    }
}

static CU_TestInfo tests[] = {
    {"init takes either or both", init_takes_either_or_both},
    {"constraints come in order", constraints_come_in_order},
    {"distances are seen", distances_are_seen},
    CU_TEST_INFO_NULL,
};

RS_SUITE("name_constraints", tests)
