/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A distinguished name as `dirname:` takes it in a list source.
 */
#ifndef RS_DIRNAME_TEXT_H
#define RS_DIRNAME_TEXT_H

#include "lib/base/arena.h"

/*
 * RFC 4514 for RDNs in DER or in canonical form, without a SEQUENCE around them. Read as a list
 * source it gives the same canonical form again: every byte that may mean something to RFC 4514,
 * a source or a terminal is spelt \XX, and what is no string, or none that a source can say, #HEX.
 *
 * Lives on the arena; NULL if the RDNs do not decode. Exits if there is no memory.
 */
const char *rs_dirname_text(rs_arena *arena, rs_bytes rdns);

#endif
