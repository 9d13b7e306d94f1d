/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Switches rootscope on and off in the configuration of the machine, or in another file.
 *
 * A new configuration is proved as a copy first, then written at once, then proved in its place and
 * taken back if it does not work there. So no program ever reads one that nobody has tried.
 */
#ifndef RS_ENABLE_MACHINE_H
#define RS_ENABLE_MACHINE_H

#include "command/enable/target.h"

/* Each prints what it changes on standard output, and returns an exit status. */
int rs_machine_enable(const rs_target *target);
int rs_machine_disable(const rs_target *target);

#endif
