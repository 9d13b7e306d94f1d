/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Common names, and what else of a subject is a text without a form: programs take hosts, users
 * and roles from them, whatever the SAN has.
 */
#ifndef RS_COMMON_NAME_H
#define RS_COMMON_NAME_H

#include "lib/image/image.h"
#include "lib/names/verdict.h"

/* What the common name of a certificate can be for its verifier. */
typedef struct rs_common_name_use {
    bool is_issuer; /* it is the title of a CA that issued another of the chain: not read */
    bool ignored;   /* nobody takes it for a peer: only `exclude cn:` lines count */
} rs_common_name_use;

/*
 * Judges a commonName attribute.
 *
 * It is read as text, and where its type is not UTF-8 or ASCII also by its octets, up to a NUL,
 * for programs read both; both must be permitted. A reading that spells a host, an address or a
 * mailbox is judged as that, any other one word of ASCII needs a line too, and other text is free.
 * The finding's name is `value`. Not inlined, like the next one, for the size of its frame.
 */
rs_finding rs_check_common_name(const rs_stanza *stanza, uint8_t string_tag, rs_bytes value,
                                rs_common_name_use use) __attribute__((noinline));

/*
 * Is a commonName permitted for sure, since it is spelt like a dNSName that is a permitted host?
 * False if that is empty, or if rules for common names could say otherwise.
 */
bool rs_common_name_repeats(const rs_stanza *stanza, uint8_t string_tag, rs_bytes value,
                            rs_bytes permitted_dns);

/*
 * Judges an emailAddress attribute: a mailbox if it has an `@`, which must then be ASCII, and
 * otherwise as a common name, except that a bare word is free.
 */
rs_finding rs_check_email_attribute(const rs_stanza *stanza, uint8_t string_tag, rs_bytes value,
                                    rs_common_name_use use) __attribute__((noinline));

#endif
