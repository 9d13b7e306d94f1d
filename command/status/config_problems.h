/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ways in which an openssl.cnf can fail to guard. OpenSSL reports few of them.
 */
#ifndef RS_CONFIG_PROBLEMS_H
#define RS_CONFIG_PROBLEMS_H

#include "command/status/openssl_config.h"

/* Looks for all of them. Finds nothing in a file that could not be read. */
void rs_config_problems_find(const rs_openssl_config *config, rs_problems *problems);

/*
 * Adds that a line of the section that `openssl_conf` names fails when a program starts. `reason`
 * is empty, or ": " and what OpenSSL says of it.
 */
void rs_config_problems_add_failure(const rs_openssl_config *config, const char *name,
                                    const char *reason, rs_problems *problems);

#endif
