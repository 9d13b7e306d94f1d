/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Forged certificates that the machine's own list must refuse: of listed roots that are found in
 * the trust store, for names outside their scope.
 */
#ifndef RS_REAL_LIST_CHECK_H
#define RS_REAL_LIST_CHECK_H

#include "command/status/list_status.h"
#include "command/status/openssl_config.h"
#include "command/status/throwaway_pki.h"

typedef struct rs_forgeries {
    unsigned count;            /* pairs of a forgery and its root */
    const char *file;          /* in the temporary folder; NULL: there are none */
    const char *config;        /* the effective configuration with telemetry off */
    const char *why_not;       /* NULL: there are some */
    unsigned skipped;          /* listed roots of the store with keys for which none can be made */
    const char *skipped_names; /* the first few; NULL: none */
} rs_forgeries;

/*
 * Makes them: only those that the list refuses, checked in this process, and that OpenSSL alone
 * does not refuse for the same reason. `ca_file` NULL: the system's trust store. Texts are on the
 * arena.
 */
rs_forgeries rs_forgeries_make(const rs_openssl_config *config, const rs_list_status *list,
                               const char *ca_file, rs_throwaway_pki *pki, rs_arena *arena);

#endif
