/* SPDX-License-Identifier: Apache-2.0 */
#include "command/telemetry/readiness.h"

#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

static void of_each_kind(void)
{
    static const struct {
        const char *name;
        rs_mode mode;
        uint64_t checked, violated, verified, unverified;
        const char *expected;
    } rows[] = {
        {"default", RS_MODE_TEST, 0, 0, 0, 0, "too-few-checks"},
        {"default", RS_MODE_TEST, 99, 0, 0, 0, "too-few-checks"},
        {"default", RS_MODE_TEST, 100, 0, 0, 0, "ready"},
        {"default", RS_MODE_TEST, 1000, 1, 0, 0, "violations"},
        {"default", RS_MODE_TEST, 1000, 0, 1, 0, "violations"},
        {"default", RS_MODE_TEST, 5, 1, 1, 0, "violations"},
        /* forged chains say nothing of a root */
        {"default", RS_MODE_TEST, 100, 0, 0, 50, "ready"},
        {"default", RS_MODE_ENFORCE, 1000, 1, 1, 0, "enforced"},
        {"default", RS_MODE_ENFORCE, 0, 0, 0, 0, "enforced"},
        {"none", RS_MODE_TEST, 1000, 0, 0, 0, "not-applicable"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_totals_root root = {.name = rs_bytes_of_string(rows[i].name),
                               .mode = rows[i].mode,
                               .checked = rows[i].checked,
                               .violated = rows[i].violated,
                               .unverified = rows[i].unverified,
                               .most_verified = rows[i].verified};
        CHECK_ROW(strcmp(rs_readiness_word(rs_readiness_of(&root, 100)), rows[i].expected) == 0,
                  rows[i].expected);
    }
}

static CU_TestInfo tests[] = {
    {"of_each_kind", of_each_kind},
    CU_TEST_INFO_NULL,
};

RS_SUITE("readiness", tests)
