/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether programs of this machine really refuse what a root must not vouch for.
 */
#ifndef RS_PROOF_H
#define RS_PROOF_H

#include "command/list/change.h"
#include "command/status/openssl_config.h"
#include "lib/compiler/list.h"

#include <openssl/x509.h>

/* All of it is cleared whatever was found. */
typedef struct rs_proof {
    rs_openssl_config config; /* the one that every program reads */
    rs_problems problems;
} rs_proof;

/*
 * Reads the configuration, and checks that it switches the module on and that the list which is
 * compiled is the one that it names. With `only_log`, the module may be in test mode; with
 * `will_enable`, nothing need lead to the module yet. Returns false, after a message that says what
 * to do, if no root can be limited like this.
 */
bool rs_proof_begin(const rs_change_target *target, bool only_log, bool will_enable,
                    rs_proof *proof);

/*
 * Starts programs, as this user and for root also as the user nobody: each must load the module,
 * with a list of the current sources, and refuse a certificate of the root for a name outside its
 * scope. With `only_log`, it need not refuse it. Returns false after messages.
 */
bool rs_proof_run(rs_proof *proof, const rs_change_target *target, X509 *root, bool only_log);

void rs_proof_clear(rs_proof *proof);

/* How the running processes stand to the list. */
typedef struct rs_proof_running {
    unsigned guarded; /* have the module, and may still have an older list */
    unsigned without; /* would have the module after a restart */
} rs_proof_running;

/*
 * Counts those that started before a time, in milliseconds since 1970 UTC. All zero, after a
 * message, if /proc cannot be read.
 */
rs_proof_running rs_proof_running_count(const rs_openssl_config *config, int64_t before);

#endif
