/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Switches rootscope on and off for one service of systemd: by a configuration of its own, which
 * includes the machine's, and a drop-in for the unit. The drop-in has the service refuse to start
 * unless `rootscope status` finds the configuration to guard.
 */
#ifndef RS_ENABLE_SERVICE_H
#define RS_ENABLE_SERVICE_H

#include "command/enable/target.h"

/* Each prints what it changes on standard output, and returns an exit status. */
int rs_service_enable(const rs_target *target, const char *unit);
int rs_service_disable(const rs_target *target, const char *unit);

#endif
