/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a program that starts OpenSSL as a child, and reads what it reports about itself.
 */
#ifndef RS_PROBE_RUN_H
#define RS_PROBE_RUN_H

#include "command/status/openssl_config.h"
#include "command/status/probe_chain.h"

#include <jansson.h>

/*
 * For `chains`: the program says, instead of all else, at which line of the configuration's first
 * section OpenSSL stops (`line`, null if at none) and why (`reason`, `detail`).
 */
#define RS_PROBE_EXPLAIN "explain"

typedef struct rs_probe_run {
    const rs_openssl_config *config; /* the effective one */
    const char *config_file;         /* another one in its place; NULL: that one itself */
    const char *user;                /* who to become first; NULL: nobody else */
    const char *list;                /* tried to be read; NULL: none */
    const char *chains;              /* pairs of a leaf and its anchor to verify; NULL: none */
} rs_probe_run;

/* Its answer, for the caller to let go; NULL, and `why` (on the arena), if there was none. */
json_t *rs_probe_run_json(const rs_probe_run *run, rs_arena *arena, const char **why);

/* How many pairs of the answer were verified, and the errors of one of them. */
size_t rs_probe_run_count(const json_t *answer);
rs_probe_errors rs_probe_run_errors(const json_t *answer, size_t pair);

#endif
