/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/policy.h"

#include "lib/base/likely.h"
#include "provider/clock.h"
#include "provider/reserve.h"
#include "provider/telemetry/event.h"

#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>

/* Seconds between flushes where the list is never looked at again. */
enum { TELL_INTERVAL = 300 };

struct rs_policy {
    rs_sink sink;
    rs_tally *tally;        /* NULL: nothing is counted */
    atomic_ullong denials;  /* that are not told of as violations */
    atomic_llong next_look; /* seconds of the monotonic clock */
    rs_live_list list;
    rs_settings settings; /* last: see there */
};

static _Atomic(rs_policy *) policies[RS_POLICY_MAX];
static atomic_bool overflowed;
static atomic_ullong denials_without_policy;
static atomic_bool watches_forks;

/* What it means that no list, or not the newest, can be had. */
static rs_consequence consequence_of(const rs_settings *settings)
{
    bool lenient = settings->mode != RS_MODE_ENFORCE || settings->allow_without_list;
    return lenient ? RS_NOTHING_IS_CHECKED : RS_EVERYTHING_IS_DENIED;
}

rs_list_problem rs_policy_reload(rs_policy *policy)
{
    bool news;
    rs_list_problem problem = rs_live_list_reload(&policy->list, &news);
    if (!news)
        return problem;
    rs_generation *in_force = rs_live_list_acquire(&policy->list);
    rs_live_list_release(in_force);
    rs_event_list_problem(&policy->sink, policy->settings.list, rs_list_problem_text(problem),
                          in_force != NULL ? RS_OLDER_LIST_STAYS
                                           : consequence_of(&policy->settings));
    return problem;
}

/* Seconds between turns. */
static int64_t interval(const rs_settings *settings)
{
    return settings->refresh > 0 ? settings->refresh : TELL_INTERVAL;
}

/* What is to be done every so often. Not inlined: a verification mostly finds nothing to do. */
__attribute__((noinline)) static void take_turn(rs_policy *policy, long long due, int64_t now)
{
    const rs_settings *settings = &policy->settings;
    /* One of those who see that it is due takes the turn. */
    if (!atomic_compare_exchange_strong(&policy->next_look, &due, now + interval(settings)))
        return;
    rs_sink_refresh(&policy->sink);
    if (policy->tally != NULL)
        rs_tally_flush(policy->tally);
    if (settings->refresh > 0)
        rs_policy_reload(policy);
}

void rs_policy_refresh(rs_policy *policy, int64_t now)
{
    long long due = atomic_load_explicit(&policy->next_look, memory_order_relaxed);
    if (RS_UNLIKELY(now >= due))
        take_turn(policy, due, now);
}

static void after_fork_in_child(void)
{
    rs_event_after_fork();
    for (unsigned place = 0; place < RS_POLICY_MAX; place++) {
        rs_policy *policy = atomic_load(&policies[place]);
        if (policy == NULL)
            return;
        rs_live_list_after_fork(&policy->list);
        rs_sink_after_fork(&policy->sink);
        if (policy->tally != NULL)
            rs_tally_reset(policy->tally);
    }
}

/* Before the list is read: what is wrong with it is told. */
static void start_telemetry(rs_policy *policy)
{
    policy->sink.kind = RS_SINK_OFF;
    if (policy->settings.mode == RS_MODE_OFF)
        return;
    rs_sink_config config = rs_settings_sink(&policy->settings);
    rs_sink_init(&policy->sink, &config);
    if (rs_sink_is_on(&policy->sink))
        policy->tally = rs_tally_new(&policy->sink);
    if (policy->settings.problem != NULL)
        rs_event_settings_problem(&policy->sink, policy->settings.problem,
                                  policy->settings.mode == RS_MODE_ENFORCE ? RS_EVERYTHING_IS_DENIED
                                                                           : RS_NOTHING_IS_CHECKED);
}

/*
 * For the first policy that there is no memory for: such a process denies until memory is back
 * and the next look is due, not until it ends.
 */
static rs_policy reserve RS_RESERVE;
static atomic_bool reserve_taken;

static rs_policy *policy_alloc(void)
{
    rs_policy *policy = malloc(sizeof *policy);
    return policy != NULL || atomic_exchange(&reserve_taken, true) ? policy : &reserve;
}

static rs_policy *policy_new(const rs_settings *settings)
{
    rs_policy *policy = policy_alloc();
    if (policy == NULL)
        return NULL;
    memset(policy, 0, offsetof(rs_policy, settings));
    rs_settings_copy(&policy->settings, settings);
    rs_live_list_init(&policy->list, policy->settings.list);
    atomic_store(&policy->next_look, rs_clock_monotonic() + interval(settings));
    start_telemetry(policy);
    if (settings->problem == NULL && settings->mode != RS_MODE_OFF)
        rs_policy_reload(policy);
    return policy;
}

static void policy_free(rs_policy *policy)
{
    rs_live_list_clear(&policy->list);
    rs_tally_free(policy->tally);
    rs_sink_clear(&policy->sink);
    if (policy != &reserve)
        free(policy);
    else
        atomic_store(&reserve_taken, false);
}

/* The policy with equal settings; NULL, and in `*place` the first free place, if there is none. */
static rs_policy *find(const rs_settings *settings, unsigned *place)
{
    for (*place = 0; *place < RS_POLICY_MAX; ++*place) {
        rs_policy *policy = atomic_load(&policies[*place]);
        if (policy == NULL)
            return NULL;
        if (rs_settings_equal(&policy->settings, settings))
            return policy;
    }
    return NULL;
}

/* The process denies from now on, unless it is known that the settings would not. */
static rs_policy *overflow(const rs_settings *settings)
{
    if (settings == NULL || settings->mode == RS_MODE_ENFORCE)
        atomic_store(&overflowed, true);
    return NULL;
}

rs_policy *rs_policy_load(const rs_settings *settings)
{
    unsigned place;
    if (!atomic_exchange(&watches_forks, true))
        pthread_atfork(NULL, NULL, after_fork_in_child);
    if (settings == NULL)
        return overflow(settings);
    rs_policy *policy = find(settings, &place);
    if (policy != NULL)
        return policy;
    rs_policy *made = policy_new(settings);
    while (made != NULL && place < RS_POLICY_MAX) {
        rs_policy *present = NULL;
        if (atomic_compare_exchange_strong(&policies[place], &present, made))
            return made;
        if (rs_settings_equal(&present->settings, settings)) {
            policy_free(made);
            return present;
        }
        place++;
    }
    if (made != NULL)
        policy_free(made);
    return overflow(settings);
}

rs_policy *rs_policy_at(unsigned place)
{
    return place < RS_POLICY_MAX ? atomic_load_explicit(&policies[place], memory_order_acquire)
                                 : NULL;
}

bool rs_policy_any_enforces(void)
{
    rs_policy *policy;
    for (unsigned place = 0; (policy = rs_policy_at(place)) != NULL; place++)
        if (policy->settings.mode == RS_MODE_ENFORCE)
            return true;
    return rs_policy_overflowed();
}

bool rs_policy_overflowed(void)
{
    return atomic_load_explicit(&overflowed, memory_order_relaxed);
}

const rs_settings *rs_policy_settings(const rs_policy *policy)
{
    return &policy->settings;
}

rs_live_list *rs_policy_list(rs_policy *policy)
{
    return &policy->list;
}

rs_sink *rs_policy_sink(rs_policy *policy)
{
    return &policy->sink;
}

rs_tally *rs_policy_tally(const rs_policy *policy)
{
    return policy->tally;
}

bool rs_policy_denial_is_due(rs_policy *policy)
{
    atomic_ullong *denials = policy == NULL ? &denials_without_policy : &policy->denials;
    unsigned long long before = atomic_fetch_add_explicit(denials, 1, memory_order_relaxed);
    return (before & (before + 1)) == 0;
}
