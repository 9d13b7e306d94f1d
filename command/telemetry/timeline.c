/* SPDX-License-Identifier: Apache-2.0 */
#include "command/telemetry/timeline.h"

#include "command/telemetry/saturated.h"

enum { FIRST_WIDTH = 60 };

/* The start of the last interval that has something. */
static int64_t last_used(const rs_timeline *timeline)
{
    int64_t last = 0;
    for (int i = 0; i < RS_TIMELINE_BINS; i++)
        if (timeline->chains[i] > 0)
            last = i;
    return timeline->start + last * timeline->width;
}

/* Puts everything into intervals that reach from `first` to `last`. */
static void stretch(rs_timeline *timeline, int64_t first, int64_t last)
{
    rs_timeline wide = {.width = timeline->width};
    while (last / wide.width - first / wide.width >= RS_TIMELINE_BINS)
        wide.width *= 2;
    wide.start = first / wide.width * wide.width;
    for (int i = 0; i < RS_TIMELINE_BINS; i++) {
        if (timeline->chains[i] == 0)
            continue;
        int64_t at = (timeline->start + i * timeline->width - wide.start) / wide.width;
        wide.chains[at] = rs_saturated_sum(wide.chains[at], timeline->chains[i]);
    }
    *timeline = wide;
}

void rs_timeline_add(rs_timeline *timeline, int64_t time, uint64_t chains)
{
    if (chains == 0)
        return;
    if (timeline->width == 0)
        *timeline = (rs_timeline){.start = time / FIRST_WIDTH * FIRST_WIDTH, .width = FIRST_WIDTH};
    if (time < timeline->start)
        stretch(timeline, time, last_used(timeline));
    else if ((time - timeline->start) / timeline->width >= RS_TIMELINE_BINS)
        stretch(timeline, timeline->start, time);
    int64_t at = (time - timeline->start) / timeline->width;
    timeline->chains[at] = rs_saturated_sum(timeline->chains[at], chains);
}
