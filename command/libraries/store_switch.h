/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Puts a plan into the trust store, and takes it out again.
 *
 * At every moment, programs find a whole bundle, and each link leads to a whole file: that of
 * update-ca-certificates or that of a plan. Both can be verified with alone: each of our files has
 * the super-root of its twins. So a run may end anywhere, and the next one completes its work.
 */
#ifndef RS_STORE_SWITCH_H
#define RS_STORE_SWITCH_H

#include "command/libraries/plan.h"

/* Returns false after a message; what is done until then stays. */
bool rs_store_switch_put(const rs_libraries_plan *plan);

/*
 * Puts the last plan's files in the place of what an update wrote, before anything else: whatever
 * becomes of the next plan, the limits of the last one hold, and so do its roots. It takes no room.
 * Does nothing if there was no update or no plan. What fails is told, and left to the next plan.
 */
void rs_store_switch_hold(void);

/* Whether an update waits for its plan. */
bool rs_store_switch_is_held(void);

/* Whether programs find anything of a plan, or a part of it. */
bool rs_store_switch_is_put(void);

/* Gives all back as update-ca-certificates left it. Returns false after a message. */
bool rs_store_switch_restore(void);

#endif
