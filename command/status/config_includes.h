/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `.include` lines of openssl.cnf whose path is relative: each program looks for such a file in its
 * own working directory, and OpenSSL reports no error if it is missing.
 */
#ifndef RS_CONFIG_INCLUDES_H
#define RS_CONFIG_INCLUDES_H

#include "command/status/openssl_config.h"

/*
 * Looks for them in the file and in those that it includes by absolute paths. They are errors if
 * nothing in the configuration, read as from the directory `/`, leads to the module; else warnings.
 */
void rs_config_includes_find(const rs_openssl_config *config, rs_problems *problems);

#endif
