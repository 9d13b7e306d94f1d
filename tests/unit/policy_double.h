/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Policies for tests, instead of provider/policy.c: as many as a test wants, gone when it ends.
 */
#ifndef RS_POLICY_DOUBLE_H
#define RS_POLICY_DOUBLE_H

#include "provider/policy.h"
#include "tests/unit/rows.h"
#include "tests/unit/scratch.h"

#include <errno.h>
#include <openssl/err.h>

struct rs_policy {
    rs_settings settings;
    rs_live_list list;
    rs_sink sink;
    rs_tally *tally;
    unsigned refreshes, denials;
};

static rs_policy policies[2];
static unsigned policy_count;
static bool policies_overflowed;

/* One more policy; a source of NULL stands for a list that could not be loaded. */
static inline rs_policy *policy_add(rs_mode mode, const char *source)
{
    rs_policy *policy = &policies[policy_count++];
    memset(policy, 0, sizeof *policy);
    rs_settings_init(&policy->settings);
    policy->settings.mode = mode;
    rs_sink_config config = rs_settings_sink(&policy->settings);
    rs_sink_init(&policy->sink, &config);
    policy->tally = rs_tally_new(&policy->sink);
    if (policy->tally == NULL)
        abort();
    rs_live_list_init(&policy->list, policy->settings.list);
    if (source != NULL) {
        rs_bytes bytes = compiled(source);
        if (rs_image_open(bytes, &policy->list.generations[0].image) != RS_IMAGE_OK)
            abort();
        policy->list.current = 0;
    }
    return policy;
}

static inline void policies_clear(void)
{
    while (policy_count > 0) {
        rs_policy *policy = &policies[--policy_count];
        rs_generation *generation = &policy->list.generations[0];
        rs_key_cache_clear(&generation->cache);
        rs_tally_free(policy->tally);
        if (policy->list.current == 0)
            exact_free(generation->image.file);
    }
    policies_overflowed = false;
}

/* Is nobody counted in? */
static inline bool policies_unread(void)
{
    for (unsigned i = 0; i < policy_count; i++)
        if (policies[i].list.generations[0].readers != 0)
            return false;
    return true;
}

rs_policy *rs_policy_at(unsigned place)
{
    return place < policy_count ? &policies[place] : NULL;
}

bool rs_policy_overflowed(void)
{
    return policies_overflowed;
}

const rs_settings *rs_policy_settings(const rs_policy *policy)
{
    return &policy->settings;
}

/* Telemetry may be changed by a test at any time. */
rs_sink *rs_policy_sink(rs_policy *policy)
{
    policy->sink.kind = policy->settings.telemetry;
    return &policy->sink;
}

rs_tally *rs_policy_tally(const rs_policy *policy)
{
    return policy->settings.telemetry == RS_SINK_OFF ? NULL : policy->tally;
}

bool rs_policy_denial_is_due(rs_policy *policy)
{
    return policy == NULL || policy->denials++ == 0;
}

/* Leaves an error behind, as system calls do. */
void rs_policy_refresh(rs_policy *policy, int64_t now)
{
    (void)now;
    policy->refreshes++;
    errno = ENOTTY;
}

rs_live_list *rs_policy_list(rs_policy *policy)
{
    return &policy->list;
}

#endif
