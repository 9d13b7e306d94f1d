/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/policy.h"

#include "provider/clock.h"
#include "provider/telemetry/event.h"

#include <pthread.h>
#include <stdlib.h>

enum {
    NO_GENERATION = -1,
    TELL_INTERVAL = 300, /* seconds between flushes where the list is never looked at again */
};

struct rs_policy {
    rs_settings settings;
    rs_sink sink;
    rs_tally *tally;       /* NULL: nothing is counted */
    atomic_ullong denials; /* for want of a list or of good settings */
    rs_generation generations[2];
    atomic_int current;     /* which of the two is in force */
    atomic_bool reloading;  /* held by whoever reloads; never waited for */
    atomic_llong next_look; /* seconds of the monotonic clock */
    atomic_int problem;     /* rs_list_problem of the last look */
};

static _Atomic(rs_policy *) policies[RS_POLICY_MAX];
static atomic_bool overflowed;
static atomic_ullong denials_without_policy;
static atomic_bool watches_forks;

/*
 * What is freed is taken out first: a fork in another thread between the two would leave the
 * child with a pointer that it frees again.
 */
static void generation_clear(rs_generation *generation)
{
    rs_key_cache_clear(&generation->cache);
    free(atomic_exchange(&generation->bytes, NULL));
}

rs_generation *rs_policy_acquire(rs_policy *policy)
{
    for (;;) {
        int current = atomic_load(&policy->current);
        if (current == NO_GENERATION)
            return NULL;
        rs_generation *generation = &policy->generations[current];
        atomic_fetch_add(&generation->readers, 1);
        /* If it is no longer in force it may be gone by now: nothing of it was looked at yet. */
        if (atomic_load(&policy->current) == current)
            return generation;
        atomic_fetch_sub(&generation->readers, 1);
    }
}

void rs_policy_release(rs_generation *generation)
{
    if (generation != NULL)
        atomic_fetch_sub(&generation->readers, 1);
}

/*
 * The generation that is not in force, emptied; NULL if it still has readers. A reader that
 * counts itself in from here on sees that it is not in force, and leaves without a look.
 */
static rs_generation *spare_generation(rs_policy *policy)
{
    rs_generation *spare = &policy->generations[atomic_load(&policy->current) == 0 ? 1 : 0];
    if (atomic_load(&spare->readers) != 0)
        return NULL;
    generation_clear(spare);
    return spare;
}

rs_list_problem rs_policy_problem(const rs_policy *policy)
{
    return (rs_list_problem)atomic_load(&policy->problem);
}

/* Says once what is wrong, and again only after it has changed. */
static void note_problem(rs_policy *policy, rs_list_problem problem)
{
    int before = atomic_exchange(&policy->problem, (int)problem);
    if (before != (int)problem && problem != RS_LIST_OK)
        rs_event_list_problem(&policy->sink, &policy->settings, problem,
                              atomic_load(&policy->current) != NO_GENERATION);
}

static bool is_unchanged(const char *path, const rs_generation *in_force)
{
    rs_file_state state;
    return rs_list_file_look(path, &state) == RS_LIST_OK &&
           rs_file_state_equal(&state, &in_force->state);
}

/* By whoever reloads: nobody else changes which generation is in force. */
static rs_list_problem read_newer(rs_policy *policy)
{
    const char *path = policy->settings.list;
    int current = atomic_load(&policy->current);
    const rs_generation *in_force = current == NO_GENERATION ? NULL : &policy->generations[current];
    rs_generation *spare = spare_generation(policy);
    if (spare == NULL)
        return rs_policy_problem(policy);
    if (in_force != NULL && is_unchanged(path, in_force))
        return RS_LIST_OK;
    /* Each list must have the owner of the one before, and so that of the first. */
    uint8_t *bytes;
    rs_list_problem problem =
        rs_list_file_read(path, in_force == NULL ? NULL : &in_force->state.owner, &bytes,
                          &spare->image, &spare->state);
    if (problem != RS_LIST_OK)
        return problem;
    atomic_store(&spare->bytes, bytes);
    atomic_store(&policy->current, (int)(spare - policy->generations));
    spare_generation(policy); /* frees the one before, unless it has readers: then the next look */
    return RS_LIST_OK;
}

rs_list_problem rs_policy_reload(rs_policy *policy)
{
    int cancel_state;
    if (atomic_exchange(&policy->reloading, true))
        return RS_LIST_OK;
    /* Whoever is cancelled within open or read would leave `reloading` set for ever. */
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
    rs_list_problem problem = read_newer(policy);
    note_problem(policy, problem);
    pthread_setcancelstate(cancel_state, &cancel_state);
    atomic_store(&policy->reloading, false);
    return problem;
}

/* Seconds between turns. */
static int64_t interval(const rs_settings *settings)
{
    return settings->refresh > 0 ? settings->refresh : TELL_INTERVAL;
}

void rs_policy_refresh(rs_policy *policy, int64_t now)
{
    const rs_settings *settings = &policy->settings;
    long long due = atomic_load_explicit(&policy->next_look, memory_order_relaxed);
    if (now < due)
        return;
    /* One of those who see that it is due takes the turn. */
    if (!atomic_compare_exchange_strong(&policy->next_look, &due, now + interval(settings)))
        return;
    rs_sink_refresh(&policy->sink);
    if (policy->tally != NULL)
        rs_tally_flush(policy->tally);
    if (settings->refresh > 0)
        rs_policy_reload(policy);
}

/*
 * In a child of fork there are no other threads, so nobody reads and nobody reloads, whatever
 * the parent's threads were doing. A reader lets go before it calls anything that could fork.
 */
static void after_fork_in_child(void)
{
    rs_event_after_fork();
    for (unsigned place = 0; place < RS_POLICY_MAX; place++) {
        rs_policy *policy = atomic_load(&policies[place]);
        if (policy == NULL)
            return;
        atomic_store(&policy->generations[0].readers, 0);
        atomic_store(&policy->generations[1].readers, 0);
        atomic_store(&policy->reloading, false);
        rs_sink_after_fork(&policy->sink);
        if (policy->tally != NULL)
            rs_tally_reset(policy->tally);
    }
}

/* Before the list is read: what is wrong with it is told. */
static void start_telemetry(rs_policy *policy)
{
    policy->sink.kind = RS_TELEMETRY_OFF;
    if (policy->settings.mode == RS_MODE_OFF)
        return;
    rs_sink_init(&policy->sink, &policy->settings);
    if (rs_sink_is_on(&policy->sink))
        policy->tally = rs_tally_new(&policy->sink);
    if (policy->settings.problem != NULL)
        rs_event_settings_problem(&policy->sink, &policy->settings);
}

/*
 * For the first policy that there is no memory for: such a process denies until memory is back
 * and the next look is due, not until it ends.
 */
static rs_policy reserve;
static atomic_bool reserve_taken;

static rs_policy *policy_alloc(void)
{
    rs_policy *policy = calloc(1, sizeof *policy);
    return policy != NULL || atomic_exchange(&reserve_taken, true) ? policy : &reserve;
}

static rs_policy *policy_new(const rs_settings *settings)
{
    rs_policy *policy = policy_alloc();
    if (policy == NULL)
        return NULL;
    policy->settings = *settings;
    atomic_store(&policy->current, NO_GENERATION);
    atomic_store(&policy->next_look, rs_clock_monotonic() + interval(settings));
    start_telemetry(policy);
    if (settings->problem == NULL && settings->mode != RS_MODE_OFF)
        rs_policy_reload(policy);
    return policy;
}

static void policy_free(rs_policy *policy)
{
    generation_clear(&policy->generations[0]);
    generation_clear(&policy->generations[1]);
    rs_tally_free(policy->tally);
    rs_sink_clear(&policy->sink);
    if (policy != &reserve) {
        free(policy);
        return;
    }
    memset(policy, 0, sizeof *policy);
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

rs_policy *rs_policy_load(const rs_settings *settings)
{
    unsigned place;
    if (!atomic_exchange(&watches_forks, true))
        pthread_atfork(NULL, NULL, after_fork_in_child);
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
    if (settings->mode == RS_MODE_ENFORCE)
        atomic_store(&overflowed, true);
    return NULL;
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
