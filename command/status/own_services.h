/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The services of this machine that `rootscope enable --service` gave a configuration of their own.
 * They are guarded by that one, whatever the machine's says.
 */
#ifndef RS_OWN_SERVICES_H
#define RS_OWN_SERVICES_H

#include "lib/base/arena.h"

#define RS_SERVICE_UNITS   "/etc/systemd/system"
#define RS_SERVICE_DROP_IN "rootscope.conf" /* in the folder of a unit's drop-ins */

typedef struct rs_own_service {
    const char *unit, *config; /* with its ending; a path */
} rs_own_service;

typedef struct rs_own_services {
    rs_own_service *items; /* by name */
    size_t count;
} rs_own_services;

/* Where the configuration of a unit is. */
const char *rs_own_service_config(rs_arena *arena, const char *unit);

/* What is found is on the arena. Exits without memory. */
void rs_own_services_find(rs_arena *arena, rs_own_services *services);

#endif
