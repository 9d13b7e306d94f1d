/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `rootscope status --processes`: which processes have the module, need a restart, or cannot have
 * it.
 */
#ifndef RS_STATUS_PROCESSES_H
#define RS_STATUS_PROCESSES_H

#include "command/status/output.h"

/*
 * Prints the table for a configuration that was read, as JSON if `json`, not at all if `quiet`.
 * A process that needs a restart or lacks the module is a problem, one that cannot be guarded is
 * only shown: every machine has some.
 */
void rs_status_processes(rs_status *status, bool json, bool quiet);

/*
 * Adds which processes started before a configuration changed, and how to restart them. Adds
 * nothing, after a message, if /proc cannot be read.
 */
void rs_status_processes_started(const rs_openssl_config *config, rs_problems *problems);

#endif
