/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The verdict: is everything that a certificate names within a stanza's scope?
 *
 * docs/semantics.md states the rules. Nothing here knows of chains or of OpenSSL: a certificate
 * is the encodings of its parts, as the X.509 library that verifies it has read them.
 */
#ifndef RS_SCOPE_H
#define RS_SCOPE_H

#include "lib/image/image.h"
#include "lib/names/verdict.h"

/* An extension's value, the content of its OCTET STRING, and how often the extension occurs. */
typedef struct rs_extension {
    rs_bytes value; /* of the first occurrence */
    unsigned count;
} rs_extension;

/* The parts of a certificate that can name somebody. */
typedef struct rs_certificate {
    rs_bytes subject; /* DER of the Name */
    rs_extension subject_alt_name;
    rs_extension extended_key_usage;
    rs_extension basic_constraints;
    bool is_issuer; /* it issued another of the chain; a CA that only serves as a peer is not one */
    bool peer_expected; /* the application expects some host, address or mailbox */
} rs_certificate;

/* What the application expects its peer to be called (X509_VERIFY_PARAM), each part optional. */
typedef enum rs_reference_kind {
    RS_REFERENCE_HOST, /* text; a leading dot stands for every host below, as in OpenSSL */
    RS_REFERENCE_EMAIL,
    RS_REFERENCE_IP, /* text */
} rs_reference_kind;

/*
 * Called for each name that was judged: the SAN's in their order, then the subject's.
 * The finding's views are valid during the call only.
 */
typedef void (*rs_finding_fn)(void *arg, const rs_finding *finding);

/*
 * Judges every name of a certificate under a stanza.
 *
 * Returns the worst verdict (the first of the worst is put in `*worst`, if not NULL). With `each`
 * NULL it stops at the first name that is not permitted. `worst`'s views point into the
 * certificate and the stanza's image; a name that had to be converted is given as it stands in
 * the certificate.
 *
 * Needs no memory but about 2 KiB of stack; time is linear in the certificate's size and does not
 * depend on the list's.
 */
rs_verdict rs_scope_check(const rs_stanza *stanza, const rs_certificate *certificate,
                          rs_finding_fn each, void *arg, rs_finding *worst);

/* Judges one reference identity under a stanza. The finding's views point into `text`. */
rs_finding rs_scope_check_reference(const rs_stanza *stanza, rs_reference_kind kind, rs_bytes text);

#endif
