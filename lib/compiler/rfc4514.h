/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Distinguished names as people write them (RFC 4514): `CN=Jane Doe,O=Acme\, Inc.,C=US`.
 */
#ifndef RS_RFC4514_H
#define RS_RFC4514_H

#include "lib/compiler/diagnostics.h"

/*
 * Reads a string into the canonical form (distinguished_name.h) of the name it stands for. The
 * string starts with the most specific RDN, the last one of the DER and of the canonical form.
 *
 * Types are the keywords C, O, OU, CN, L, ST, STREET, DC, UID, emailAddress and serialNumber in
 * any case, or object identifiers. Values are strings with the escapes of RFC 4514, or `#` and
 * the DER in hexadecimal. Spaces around types and values are not part of them.
 *
 * Warns if the string starts with the country: it then most likely is in the wrong order.
 *
 * Returns true and sets `*length` bytes of `out`; or false, and what is wrong is reported.
 */
bool rs_rfc4514_read(const rs_place *place, rs_bytes text, uint8_t *out, size_t size,
                     size_t *length);

/*
 * The keyword for an attribute type, given as the content of its object identifier, and the tag of
 * the strings that are written behind it. False if the type has none.
 */
bool rs_rfc4514_keyword(rs_bytes oid, const char **word, uint8_t *tag);

#endif
