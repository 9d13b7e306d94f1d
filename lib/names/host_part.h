/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The host in a name: where in an e-mail address, a URI, a service name, a Jabber address or a
 * user principal name it stands.
 */
#ifndef RS_HOST_PART_H
#define RS_HOST_PART_H

#include "lib/names/host_name.h"

/* Bytes of a mailbox's local part in a list (RFC 5321); in a certificate it may be any length. */
#define RS_LOCAL_PART_LISTED_MAX 64

/* Views into the name. */
typedef struct rs_host_part {
    rs_bytes local; /* what stands before the `@`; empty if there is none */
    rs_bytes host;
} rs_host_part;

/*
 * Finds the host part of a name. The text is not checked beyond that: rs_host_name_read reads it.
 *
 * - DNS, NAI, and the realm of a Kerberos principal: the name itself.
 * - Common name: rs_common_name_bare of it, or what stands behind the `@` of a mailbox.
 * - E-mail: `local@host` (RFC 5321 Mailbox without quoted local parts and address literals),
 *   without spaces and ASCII controls. Other characters than ASCII are let through: the caller
 *   knows whether the name may have them, and has checked the UTF-8.
 * - URI: the host of the authority (RFC 3986), without user information and port; of `sip:` and
 *   `sips:` the host that RFC 5922 takes as identity. This is stricter than RFC 3986 where
 *   browsers and libraries differ about which host a text names: RS_REASON_BAD_AUTHORITY for an
 *   IP literal, a second `@`, a backslash anywhere, `%` in the authority, a web scheme without
 *   `//`, and an `@` behind the `;` or `?` of a `sip:` URI. A URI of another scheme without `//`
 *   (`urn:`, `tag:`) names no host, whatever else it contains: RS_REASON_IGNORED.
 * - SRV: `_service.host` (RFC 4985), the service of the characters of a host name.
 * - XMPP: `[local@]host[/resource]` (RFC 7622).
 * - UPN: `user@realm`.
 *
 * Returns false, and sets `*why`, if the name is malformed, empty, or bears no host.
 */
bool rs_host_part_of(rs_form form, rs_bytes name, rs_host_part *part, rs_reason *why);

/*
 * A common name without what readers take off: the NULs that some write at its end, as C strings,
 * and then the spaces around it, as HTTP does with the value of a header. A NUL in front of spaces
 * stays: it stands inside the name.
 */
rs_bytes rs_common_name_bare(rs_bytes text);

/*
 * Finds the host part of a name and reads the host as names of this form may spell it: an e-mail
 * address in A-labels or U-labels, and as a wildcard where rs_form_has_wildcards.
 *
 * Returns false, and sets `*why`, if there is no well-formed host.
 */
bool rs_host_of_name(rs_form form, rs_bytes name, rs_host_part *part, rs_host_name *host,
                     rs_reason *why);

#endif
