/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Object identifiers as people write them.
 */
#ifndef RS_OID_H
#define RS_OID_H

#include "lib/base/bytes.h"

/*
 * From dotted decimal to the content of an OBJECT IDENTIFIER: at least two numbers, without
 * leading zeros, of up to 39 digits each (enough for the UUIDs below 2.25).
 *
 * Returns false if the text is not an object identifier or `out` is too small; `*length` is then
 * unset.
 */
bool rs_oid_from_text(rs_bytes text, uint8_t *out, size_t size, size_t *length);

#endif
