/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ways in which an openssl.cnf comes to guard nothing, most of which OpenSSL keeps quiet about.
 */
#ifndef RS_CONFIG_PROBLEMS_H
#define RS_CONFIG_PROBLEMS_H

#include "command/status/openssl_config.h"

/* Looks for all of them. Finds nothing in a file that could not be read. */
void rs_config_problems_find(const rs_openssl_config *config, rs_problems *problems);

#endif
