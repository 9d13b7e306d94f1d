/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Policies: what the process enforces. One for each different set of settings that was loaded;
 * once loaded a policy guards until the process ends, and a chain must satisfy all of them.
 */
#ifndef RS_POLICY_H
#define RS_POLICY_H

#include "provider/live_list.h"
#include "provider/settings.h"
#include "provider/telemetry/tally.h"

#define RS_POLICY_MAX 16 /* different settings in one process; more of them deny */

typedef struct rs_policy rs_policy;

/*
 * Loads the list that the settings name and puts the policy in force, or finds the one with equal
 * settings. Never fails: a policy without a list denies or allows as its settings say, and one
 * that there is no room or memory for makes the whole process deny, unless its mode is not to
 * enforce (NULL is returned). So do settings of NULL, which there was no memory for.
 */
rs_policy *rs_policy_load(const rs_settings *settings);

/* The policy at a place below RS_POLICY_MAX, in order of loading; NULL: none from here on. */
rs_policy *rs_policy_at(unsigned place);

/* Is there a policy that may deny? Not if all were loaded to test, or are off. */
bool rs_policy_any_enforces(void);

/* Is the process one that denies because a policy could not be put in force? */
bool rs_policy_overflowed(void);

const rs_settings *rs_policy_settings(const rs_policy *policy);

/* Its list; nothing is ever read of it if the settings are bad or the mode is off. */
rs_live_list *rs_policy_list(rs_policy *policy);

/* Where its telemetry goes; one that is off takes everything and tells nothing. */
rs_sink *rs_policy_sink(rs_policy *policy);

/* What it counts; NULL if it counts nothing, since telemetry is off or there was no memory. */
rs_tally *rs_policy_tally(const rs_policy *policy);

/*
 * To be called for each chain that is denied and is not told of as a violation: for want of a list
 * or of good settings, or because it is the process's own; NULL: for want of a policy. Is this one
 * to be told of? The 1st, 2nd, 4th, 8th … of the process are.
 */
bool rs_policy_denial_is_due(rs_policy *policy);

/* Writes what is not told yet, and looks for a newer list, if that is due at `now` (seconds of the
   monotonic clock). */
void rs_policy_refresh(rs_policy *policy, int64_t now);

/*
 * Looks for a newer list at once (rs_live_list_reload). A problem is reported once, and again only
 * after it has changed. Returns what is wrong with the file now at the path.
 */
rs_list_problem rs_policy_reload(rs_policy *policy);

#endif
