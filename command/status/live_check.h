/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is in force in a program that starts now. A child looks at itself: as the user who asks and,
 * if that is root, as an unprivileged user.
 *
 * There are three checks, each in a child of its own:
 *   - the configuration as it is: is the module loaded, and do verifications go through it?
 *   - the configuration with the list replaced by one for a test root, made for the purpose: is a
 *     certificate outside its scope refused, and one within it accepted?
 *   - the configuration with its own list: does each listed root that is also in the trust store
 *     refuse a forged certificate for a name outside its scope? The signature does not hold, but
 *     the names are checked first.
 * The last two have telemetry off, so that no log shows them.
 */
#ifndef RS_LIVE_CHECK_H
#define RS_LIVE_CHECK_H

#include "command/status/list_status.h"
#include "command/status/openssl_config.h"

typedef enum rs_answer { RS_UNKNOWN, RS_NO, RS_YES } rs_answer;

typedef struct rs_live_user {
    const char *name;       /* NULL: there is no such user to check as */
    const char *openssl;    /* its version */
    const char *build_info; /* how the provider describes itself; NULL: it does not */
    bool has_algorithms;    /* programs can verify anything at all */
    bool refuses_all;       /* the module has no usable list or settings, and denies */
    rs_answer in_force;     /* new contexts verify with the module's function */
    rs_answer enforces;     /* the list of the test root */
    unsigned forged;        /* listed roots that were tried */
    unsigned refused;       /* and those that refused the forgery */
} rs_live_user;

#define RS_LIVE_USERS 2

typedef struct rs_live_check {
    rs_live_user users[RS_LIVE_USERS];
    const char *roots_not_tried; /* why no listed root was tried; NULL: some were */
    unsigned skipped;            /* listed roots in the trust store that could not be tried */
    const char *skipped_names;   /* some of them; NULL: none */
} rs_live_check;

/*
 * The configuration must have been read, and the module found in it. `ca_file` has the roots to
 * try; NULL: the system's trust store. Texts are on the problems' arena.
 */
void rs_live_check_run(const rs_openssl_config *config, const rs_list_status *list,
                       const char *ca_file, rs_live_check *check, rs_problems *problems);

#endif
