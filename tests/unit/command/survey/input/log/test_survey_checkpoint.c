/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/input/log/checkpoint.h"

#include "tests/unit/rows.h"
#include "tests/unit/suite.h"

#define ROOT "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="

static void checkpoints_are_read_or_refused(void)
{
    static const struct {
        const char *text;
        bool good;
        uint64_t size;
    } rows[] = {
        {"log.example/2025\n70000\n" ROOT "\n\n— log.example/2025 AAAA\n", true, 70000},
        {"log.example/2025\n0\n" ROOT "\n", true, 0},
        {"log.example/2025\n1099511627776\n" ROOT "\n", true, RS_CHECKPOINT_SIZE_MAX},
        {"log.example/2025\n1099511627777\n" ROOT "\n", false, 0},
        {"log.example/2025\n99999999999999999999999\n" ROOT "\n", false, 0},
        {"log.example/2025\n070000\n" ROOT "\n", false, 0},
        {"log.example/2025\n-1\n" ROOT "\n", false, 0},
        {"log.example/2025\n\n" ROOT "\n", false, 0},
        {"\n70000\n" ROOT "\n", false, 0},
        {"log.example/2025\n70000\n" ROOT, false, 0},
        {"log.example/2025\n70000\nAQID\n", false, 0},
        {"log.example/2025\n70000\nAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAh\n", false, 0},
        {"log.example/2025\n70000\n!QIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=\n", false, 0},
        {"<html>\n", false, 0},
        {"", false, 0},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        rs_checkpoint checkpoint;
        rs_bytes text = exact_copy(rs_bytes_of_string(rows[i].text));
        bool good = rs_checkpoint_read(text, &checkpoint);
        CHECK_ROW(good == rows[i].good, rows[i].text);
        for (uint8_t k = 0; good && k < RS_SHA256_SIZE; k++)
            CHECK_ROW(checkpoint.root.octets[k] == k + 1, rows[i].text);
        CHECK_ROW(!good || checkpoint.size == rows[i].size, rows[i].text);
        exact_free(text);
    }
}

static CU_TestInfo tests[] = {
    {"checkpoints_are_read_or_refused", checkpoints_are_read_or_refused},
    CU_TEST_INFO_NULL,
};

RS_SUITE("survey_checkpoint", tests)
