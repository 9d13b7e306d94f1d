/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names in DER as text for people, and the rule that would permit a name.
 */
#ifndef RS_NAME_TEXT_H
#define RS_NAME_TEXT_H

#include "lib/base/arena.h"
#include "lib/names/verdict.h"

#include <openssl/x509.h>

/*
 * Each result lives on the arena and is fit for a terminal; NULL means that the bytes are not
 * what they should be. They exit if there is no memory.
 */

/* A Name by RFC 4514, last RDN first; `(empty)` if it has none. */
const char *rs_name_text_of_x509(rs_arena *arena, const X509_NAME *name);

/* Cut off with `...` if it is too long to be read. Never NULL. */
const char *rs_name_text_shorten(rs_arena *arena, const char *text);

/* The subject of a certificate, shortened; `(undecodable)` if it is. Never NULL. */
const char *rs_name_text_of_subject(rs_arena *arena, const X509 *certificate);

/* The DER of a Name. */
const char *rs_name_text_of_der(rs_arena *arena, rs_bytes der);

/* The name of a finding, shortened. Never NULL: what does not decode is shown as bytes. */
const char *rs_name_text_of_finding(rs_arena *arena, bool reference, const rs_finding *finding);

/*
 * What `rootscope permit` would have to permit for a name, as narrow as it can be, without quotes:
 * `dns:www.example.org`, `email:joe@example.org`, `cn:John Smith`. NULL if nothing would do: the
 * name is excluded, or malformed and not a common name.
 */
const char *rs_name_text_hint(rs_arena *arena, bool reference, const rs_finding *finding);

#endif
