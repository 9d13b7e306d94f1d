/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which service of systemd a process belongs to.
 */
#ifndef RS_PROCESS_UNIT_H
#define RS_PROCESS_UNIT_H

#include "lib/base/arena.h"

/*
 * The unit to restart, "nginx.service", from the text of /proc/PID/cgroup. NULL if the process is
 * not of a service of this machine: of a session, a user's own services, a container. On the arena,
 * as the file has it.
 */
const char *rs_process_unit_of(rs_arena *arena, const char *cgroup);

#endif
