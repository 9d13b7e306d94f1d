/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The list for the test certificates, and configurations that differ from the effective one in the
 * module's settings alone. All of it is in the temporary folder.
 */
#ifndef RS_THROWAWAY_FILES_H
#define RS_THROWAWAY_FILES_H

#include "command/status/openssl_config.h"
#include "command/status/throwaway_pki.h"

typedef struct rs_throwaway_files {
    rs_throwaway_pki pki;
    const char *list;   /* compiled */
    const char *config; /* the effective configuration with that list, enforcing; or NULL */
} rs_throwaway_files;

/*
 * `config` NULL: none is made. False, and the reason on standard error, if they cannot be made.
 * Clear them in any case.
 */
bool rs_throwaway_files_make(const rs_openssl_config *config, rs_throwaway_files *files);
void rs_throwaway_files_clear(rs_throwaway_files *files);

/*
 * A file with the effective configuration and other settings; `lines` as for
 * rs_openssl_config_with. Telemetry is off in it, so that no log shows the checks. Its
 * path, or NULL and the reason on standard error.
 */
const char *rs_throwaway_config(const rs_openssl_config *config, const char *name,
                                const char *lines);

/* A file with these certificates, ended by NULL; its path, or NULL as above. */
const char *rs_throwaway_pem(const char *name, X509 *const *certificates);

#endif
