/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Values and names as openssl.cnf has them.
 */
#ifndef RS_EXTENSION_NAME_H
#define RS_EXTENSION_NAME_H

#include "lib/base/arena.h"

/*
 * Text of visible ASCII and spaces as the value of a line: what openssl.cnf gives a meaning to is
 * escaped. On the arena; exits if there is no memory.
 */
const char *rs_extension_value(rs_arena *arena, const char *text);

/*
 * The lines of a section from which OpenSSL makes a directoryName of this canonical form, as it
 * did when asked. NULL if there are none: such sections are read as ISO 8859-1 and cannot hold
 * values that are no strings, or longer than OpenSSL allows for their type.
 */
const char *rs_extension_name(rs_arena *arena, rs_bytes canonical);

#endif
