/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A new stanza for a certificate, as it is written into a list source.
 */
#ifndef RS_STANZA_TEXT_H
#define RS_STANZA_TEXT_H

#include "lib/base/arena.h"

#include <openssl/x509.h>

/* What the stanza says; the arrays end with NULL. */
typedef struct rs_stanza_text {
    const char *spki_sha256; /* in hexadecimal */
    const char *label;       /* empty: none */
    char *const *permit;     /* as after `permit`, without quotes */
    char *const *exclude;
    const char *mode; /* NULL: none */
} rs_stanza_text;

/*
 * The lines, on the arena. Every value is on a line of its own; it must have no control
 * characters (rs_stanza_text_is_safe).
 */
const char *rs_stanza_text_write(rs_arena *arena, const rs_stanza_text *stanza);

/* Whether a text stays on its line. */
bool rs_stanza_text_is_safe(const char *text);

/* `take` of an option (base/options.h) whose value is such a text, a const char *. */
const char *rs_stanza_text_take(void *into, const char *value);

/* What to call a root: the last commonName of its subject, else the organisation, else nothing. */
const char *rs_stanza_text_label(rs_arena *arena, const X509 *certificate);

#endif
