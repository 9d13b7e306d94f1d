/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes a new stanza for a certificate.
 */
#ifndef RS_STANZA_TEXT_H
#define RS_STANZA_TEXT_H

#include "lib/base/arena.h"

#include <openssl/x509.h>

/* The content of the stanza. The arrays end with NULL. */
typedef struct rs_stanza_text {
    const char *spki_sha256; /* in hexadecimal */
    const char *cert_sha256; /* the same of the certificate; names the root if the other is NULL */
    const char *label;       /* empty: none */
    char *const *permit;     /* as after `permit`, without quotes */
    char *const *exclude;
    const char *mode; /* NULL: none */
} rs_stanza_text;

/*
 * Returns the lines, on the arena, one for each value. The values must not have control characters
 * (rs_stanza_text_is_safe).
 */
const char *rs_stanza_text_write(rs_arena *arena, const rs_stanza_text *stanza);

/*
 * Returns the line for a word (`permit`) and a name of the command line, on the arena: `permit
 * cn:"John Smith"`. A name `organization:Acme Inc` makes `organization "Acme Inc"`.
 */
const char *rs_stanza_text_rule(rs_arena *arena, const char *word, const char *name);

/* Whether a text has no control characters and so stays on its line. */
bool rs_stanza_text_is_safe(const char *text);

/* `take` of an option (base/options.h) whose value is such a text, a const char *. */
const char *rs_stanza_text_take(void *into, const char *value);

/* Returns a label for a root: the last commonName of its subject, or the organization, or "". */
const char *rs_stanza_text_label(rs_arena *arena, const X509 *certificate);
const char *rs_stanza_text_label_of_name(rs_arena *arena, const X509_NAME *subject);

#endif
