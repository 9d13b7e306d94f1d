/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Policies: what the process enforces. One for each different set of settings that was loaded;
 * once loaded a policy guards until the process ends, and a chain must satisfy all of them.
 *
 * A policy has the list in up to two generations: the one in force, and one that its last readers
 * are still looking at or that is being read in. Nothing here waits: readers count themselves in
 * and out, and whoever finds a reload under way leaves it to the other.
 */
#ifndef RS_POLICY_H
#define RS_POLICY_H

#include "lib/chain/key_cache.h"
#include "provider/list_file.h"
#include "provider/settings.h"
#include "provider/telemetry/tally.h"

#define RS_POLICY_MAX 16 /* different settings in one process; more of them deny */

/* A list in force. What it holds does not change while a reader is counted in. */
typedef struct rs_generation {
    _Atomic(uint8_t *) bytes;
    rs_image image;
    rs_file_state state; /* of the file that it was read from */
    rs_key_cache cache;
    atomic_uint readers;
} rs_generation;

typedef struct rs_policy rs_policy;

/*
 * Loads the list that the settings name and puts the policy in force, or finds the one with equal
 * settings. Never fails: a policy without a list denies or allows as its settings say, and one
 * that there is no room or memory for makes the whole process deny, unless its mode is not to
 * enforce (NULL is returned).
 */
rs_policy *rs_policy_load(const rs_settings *settings);

/* The policy at a place below RS_POLICY_MAX, in order of loading; NULL: none from here on. */
rs_policy *rs_policy_at(unsigned place);

/* Is there a policy that may deny? Not if all were loaded to test, or are off. */
bool rs_policy_any_enforces(void);

/* Is the process one that denies because a policy could not be put in force? */
bool rs_policy_overflowed(void);

const rs_settings *rs_policy_settings(const rs_policy *policy);

/* Where its telemetry goes; one that is off takes everything and tells nothing. */
rs_sink *rs_policy_sink(rs_policy *policy);

/* What it counts; NULL if it counts nothing, since telemetry is off or there was no memory. */
rs_tally *rs_policy_tally(const rs_policy *policy);

/*
 * To be called for each chain that is denied for want of a list or of good settings; NULL: for
 * want of a policy. Is this one to be told of? The 1st, 2nd, 4th, 8th … of the process are.
 */
bool rs_policy_denial_is_due(rs_policy *policy);

/* Writes what is not told yet, and looks for a newer list, if that is due at `now` (seconds of the
   monotonic clock). */
void rs_policy_refresh(rs_policy *policy, int64_t now);

/*
 * Looks for a newer list at once. A bad one is refused and the one in force stays. Returns what
 * is wrong with the file now at the path; RS_LIST_OK also if it is unchanged, or if somebody else
 * is at it or still reads the generation before.
 */
rs_list_problem rs_policy_reload(rs_policy *policy);

/* The generation in force, counted in; NULL if no list was ever loaded. Let it go soon. */
rs_generation *rs_policy_acquire(rs_policy *policy);

/* Counts out. NULL does nothing. */
void rs_policy_release(rs_generation *generation);

/* What was wrong with the list at the last look. */
rs_list_problem rs_policy_problem(const rs_policy *policy);

#endif
