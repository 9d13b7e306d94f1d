/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Proves a configuration: programs start with it, as the user who asks and as an unprivileged one,
 * and verify a certificate within the scope of a test root and another one outside it.
 */
#ifndef RS_ENABLE_PROOF_H
#define RS_ENABLE_PROOF_H

#include "command/status/problems.h"
#include "lib/base/bytes.h"

typedef enum rs_proof {
    RS_PROOF_FAILED,
    RS_PROOF_IMPOSSIBLE, /* no program can be run here, of another root directory */
    RS_PROOF_GOOD,
} rs_proof;

/*
 * Proves that the configuration guards. `path` NULL: the one that every application reads.
 * `in_root`: this process has changed its root directory, and the rootscope command that is
 * installed there is to look. What is wrong or doubtful goes to `problems`.
 */
rs_proof rs_proof_guarded(const char *path, bool in_root, rs_problems *problems);

/* Whether programs that start with a configuration can verify a good certificate at all. */
bool rs_proof_works(const char *path);

/* Prints the problems on standard error: those that say why a proof failed, or all of them. */
void rs_proof_print(const rs_problems *problems, bool all);

#endif
