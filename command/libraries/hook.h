/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The hook of update-ca-certificates that limits the trust store again after each update.
 */
#ifndef RS_LIBRARIES_HOOK_H
#define RS_LIBRARIES_HOOK_H

#include <stdbool.h>

/* Whether it is there and is run. */
bool rs_libraries_hook_is_there(void);

/* Writes it; `command`: the path of this command. Returns false after a message. */
bool rs_libraries_hook_write(const char *command);

/* Removes it if it is there. Returns false after a message. */
bool rs_libraries_hook_remove(void);

#endif
