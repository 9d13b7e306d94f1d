/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `rootscope status -- PROGRAM ARGUMENT...`: is this program covered?
 */
#ifndef RS_STATUS_PROGRAM_H
#define RS_STATUS_PROGRAM_H

#include "command/status/output.h"

/*
 * Tries the program with a configuration that was read, and prints the answer as told. Each run
 * may take `seconds`.
 */
rs_weight rs_status_program(rs_status *status, char *const *argv, int seconds, bool json,
                            bool quiet);

#endif
