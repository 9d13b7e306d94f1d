/* SPDX-License-Identifier: Apache-2.0 */
#include "command/base/near_word.h"

#include "tests/unit/suite.h"

static const char *const words[] = {"merge", "summary", "sum", NULL};

static void a_word_that_is_like_the_given_one_is_meant(void)
{
    static const struct {
        const char *given, *meant;
    } cases[] = {
        {"merge", "merge"},    {"mrege", "merge"},     {"merg", "merge"}, {"merges", "merge"},
        {"sumary", "summary"}, {"sumarry", "summary"}, {"sun", "sum"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *meant = rs_near_word(cases[i].given, words);
        CU_ASSERT_PTR_NOT_NULL_FATAL(meant);
        CU_ASSERT_STRING_EQUAL(meant, cases[i].meant);
    }
}

static void other_words_mean_nothing(void)
{
    static const char *const given[] = {
        "", "m", "mu", "seen.db", "merge.db", "summarise", "mergemergemergemergemerge",
    };
    for (size_t i = 0; i < sizeof given / sizeof *given; i++)
        CU_ASSERT_PTR_NULL(rs_near_word(given[i], words));
}

static CU_TestInfo tests[] = {
    {"a_word_that_is_like_the_given_one_is_meant", a_word_that_is_like_the_given_one_is_meant},
    {"other_words_mean_nothing", other_words_mean_nothing},
    CU_TEST_INFO_NULL,
};

RS_SUITE("near_word", tests)
