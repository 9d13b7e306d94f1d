/* SPDX-License-Identifier: Apache-2.0 */
#include "command/telemetry/timeline.h"

#include "tests/unit/suite.h"

#define NOW INT64_C(1795306354)

static uint64_t sum_of(const rs_timeline *timeline)
{
    uint64_t sum = 0;
    for (int i = 0; i < RS_TIMELINE_BINS; i++)
        sum += timeline->chains[i];
    return sum;
}

static void nothing_is_added_for_no_chains(void)
{
    rs_timeline timeline = {0};
    rs_timeline_add(&timeline, NOW, 0);
    CU_ASSERT(timeline.width == 0);
}

static void one_minute_each_at_first(void)
{
    rs_timeline timeline = {0};
    rs_timeline_add(&timeline, NOW, 3);
    rs_timeline_add(&timeline, NOW + 60, 4);
    CU_ASSERT(timeline.width == 60 && timeline.start == NOW / 60 * 60);
    CU_ASSERT(timeline.chains[0] == 3 && timeline.chains[1] == 4 && sum_of(&timeline) == 7);
}

static void intervals_grow_both_ways(void)
{
    static const int64_t offsets[] = {0, 2881, -1, -86400, 86400, -100 * 86400, 10000 * 86400};
    rs_timeline timeline = {0};
    for (size_t i = 0; i < sizeof offsets / sizeof *offsets; i++) {
        int64_t time = NOW + offsets[i];
        rs_timeline_add(&timeline, time, i + 1);
        CU_ASSERT(timeline.start % timeline.width == 0 && timeline.start <= time);
        CU_ASSERT(sum_of(&timeline) == (i + 1) * (i + 2) / 2);
        CU_ASSERT(timeline.chains[(time - timeline.start) / timeline.width] >= i + 1);
    }
    CU_ASSERT(timeline.width >= 10100 * INT64_C(86400) / RS_TIMELINE_BINS);
    CU_ASSERT(timeline.width <= 2 * 10100 * INT64_C(86400) / (RS_TIMELINE_BINS - 2));
}

static void whole_span_of_time(void)
{
    rs_timeline timeline = {0};
    rs_timeline_add(&timeline, INT64_C(253402300799), UINT64_MAX);
    rs_timeline_add(&timeline, 0, 1);
    CU_ASSERT(timeline.start == 0 && timeline.chains[0] == 1);
    CU_ASSERT(sum_of(&timeline) == (uint64_t)INT64_MAX + 1);
}

int main(void)
{
    static CU_TestInfo tests[] = {
        {"nothing_is_added_for_no_chains", nothing_is_added_for_no_chains},
        {"one_minute_each_at_first", one_minute_each_at_first},
        {"intervals_grow_both_ways", intervals_grow_both_ways},
        {"whole_span_of_time", whole_span_of_time},
        CU_TEST_INFO_NULL,
    };
    return rs_suite_run("timeline", tests);
}
