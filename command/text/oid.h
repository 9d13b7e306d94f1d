/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Object identifiers as text for people.
 */
#ifndef RS_OID_TEXT_H
#define RS_OID_TEXT_H

#include "lib/base/arena.h"

/*
 * The content of an OBJECT IDENTIFIER in dotted decimal, on the arena; NULL if it is none. Exits
 * if there is no memory.
 */
const char *rs_oid_text(rs_arena *arena, rs_bytes content);

#endif
