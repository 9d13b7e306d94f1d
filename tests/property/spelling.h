/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which texts are names, said once more without the library: plain loops over a text, to judge it
 * by. docs/semantics.md has the rules.
 */
#ifndef SPELLING_H
#define SPELLING_H

#include "tests/property/trial.h"

/* A host name of letters, digits, `-`, `_`; a first label `*` only if `wildcard`. */
bool is_host(rs_bytes text, bool wildcard);

/* Whether the last label is a number, decimal or hexadecimal. */
bool ends_in_number(rs_bytes text);

/* The octets of an address that a text spells, 4 or 16; 0 if it spells none. */
size_t spelt_address(rs_bytes text, uint8_t octets[16]);

/* A mailbox of which the host is one; local part and host may be other than ASCII if `wide`. */
bool is_mailbox(rs_bytes text, bool wide);

typedef enum uri_host { URI_MALFORMED, URI_NO_HOST, URI_HOST } uri_host;

/* The host of a URI; for URI_HOST it is one. */
uri_host host_of_uri(rs_bytes text, rs_bytes *host);

/* Where OpenSSL sees a URI's host; empty if nowhere. */
rs_bytes openssl_host_of_uri(rs_bytes text);

/* Only characters that host names have, or a `*`; and at least one. */
bool is_host_like(rs_bytes text);

/* Whether OpenSSL takes a common name for a host. */
bool is_host_to_openssl(rs_bytes text);

bool has_byte(rs_bytes text, uint8_t byte);
bool has_control(rs_bytes text);
bool has_non_ascii(rs_bytes text);
bool same_but_for_case(rs_bytes a, rs_bytes b);

/* Without one dot at the end. */
rs_bytes without_last_dot(rs_bytes text);

static inline rs_bytes view_of(const trial_text *t)
{
    return rs_bytes_make(t->p, t->n);
}

#endif
