/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The module's file: is it there, and is it for this machine?
 */
#ifndef RS_MODULE_FILE_H
#define RS_MODULE_FILE_H

#include "command/status/openssl_config.h"

/* Looks at the file that the configuration names; what is wrong with it goes to `problems`. */
void rs_module_file_check(const rs_openssl_config *config, rs_problems *problems);

/*
 * Whether an executable or library is of another architecture than this program: 1 yes, 0 no,
 * -1 it cannot be told.
 */
int rs_module_file_is_foreign(const char *path);

#endif
