/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What holds in a program that starts now, seen from inside one: as the user who asks and, if that
 * is root, as an unprivileged one.
 *
 * Three things are looked at, each in a child of its own:
 *   - the configuration as it is: is the module loaded, and is the hook in force?
 *   - the configuration with the list replaced by one for a throw-away root: is a certificate
 *     outside its scope refused, and one within it accepted?
 *   - the configuration with its own list: does each listed root that is also in the trust store
 *     refuse a forged certificate for a name outside its scope? Its signature does not hold, but
 *     the list is asked first.
 * The last two have telemetry off, so that nobody's log shows them.
 */
#ifndef RS_LIVE_CHECK_H
#define RS_LIVE_CHECK_H

#include "command/status/list_status.h"
#include "command/status/openssl_config.h"

typedef enum rs_answer { RS_UNKNOWN, RS_NO, RS_YES } rs_answer;

typedef struct rs_live_user {
    const char *name;       /* NULL: there is no such user to check as */
    const char *openssl;    /* its version */
    const char *build_info; /* what the provider says of itself; NULL: it says nothing */
    rs_answer in_force;     /* new contexts verify with the module's function */
    rs_answer enforces;     /* the throw-away list */
    unsigned forged;        /* roots of the real list that were tried */
    unsigned refused;       /* and those that refused the forgery */
} rs_live_user;

#define RS_LIVE_USERS 2

typedef struct rs_live_check {
    rs_live_user users[RS_LIVE_USERS];
    const char *real_list; /* why the real list was not tried; NULL: it was */
} rs_live_check;

/*
 * The configuration must have been read, and the module found in it. `ca_file` has the roots to
 * try the real list with; NULL: the system's trust store. Texts are on the problems' arena.
 */
void rs_live_check_run(const rs_openssl_config *config, const rs_list_status *list,
                       const char *ca_file, rs_live_check *check, rs_problems *problems);

#endif
