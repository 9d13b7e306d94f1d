/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The host in a name of another form: where in an e-mail address, a URI, a service name, a
 * Jabber address or a user principal name it stands.
 *
 * Each function returns RS_REASON_PERMITTED and sets `*host` to a view into `text` (not yet
 * checked: rs_host_name_read does that), or the reason why the name is malformed.
 */
#ifndef RS_HOST_PART_H
#define RS_HOST_PART_H

#include "lib/names/verdict.h"

/*
 * `local@host` (RFC 5321 Mailbox without quoted local parts and address literals). `*local` is
 * what stands before the `@`: printable ASCII without spaces; with `utf8` any character but
 * ASCII controls and space (RFC 9598; the caller has checked the UTF-8).
 */
rs_reason rs_host_part_of_mailbox(rs_bytes text, bool utf8, rs_bytes *local, rs_bytes *host);

/*
 * The host of a URI's authority (RFC 3986), without user information and port; of `sip:` and
 * `sips:` the host that RFC 5922 takes as identity. RS_REASON_IGNORED if the URI names no host
 * (`urn:`, `tag:`).
 *
 * Stricter than RFC 3986 where browsers and libraries differ about which host a text names:
 * RS_REASON_BAD_AUTHORITY for an IP literal, a second `@`, a backslash anywhere, `%` in the
 * authority, a web scheme without `//`, and an `@` behind the `;` or `?` of a `sip:` URI.
 */
rs_reason rs_host_part_of_uri(rs_bytes text, rs_bytes *host);

/* `_service.host` (RFC 4985), the service of the characters of a host name. */
rs_reason rs_host_part_of_srv(rs_bytes text, rs_bytes *host);

/* `[local@]host[/resource]` (RFC 7622). */
rs_reason rs_host_part_of_xmpp(rs_bytes text, rs_bytes *host);

/* `user@realm`, a Microsoft user principal name. */
rs_reason rs_host_part_of_upn(rs_bytes text, rs_bytes *host);

#endif
