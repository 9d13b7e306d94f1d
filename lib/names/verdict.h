/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can be said of one name under one stanza: the verdict, and why.
 */
#ifndef RS_VERDICT_H
#define RS_VERDICT_H

#include "lib/names/form.h"

/*
 * Three states, the strictest lowest, so that the worst of two is the smaller and a zeroed
 * verdict denies.
 */
typedef enum rs_verdict {
    RS_MALFORMED = 0, /* nobody can say what it names: denied */
    RS_DENIED = 1,
    RS_PERMITTED = 2,
} rs_verdict;

typedef enum rs_reason {
    /* Zero, so that a reason that was never set denies: not the DER of what it should be. */
    RS_REASON_UNDECODABLE = 0,
    /* permitted */
    RS_REASON_PERMITTED,    /* a permit rule covers it */
    RS_REASON_UNRESTRICTED, /* the stanza says nothing about this form */
    RS_REASON_IGNORED,      /* it names nothing that a verifier takes for an identity */
    /* denied */
    RS_REASON_NOT_PERMITTED,  /* no permit rule covers it */
    RS_REASON_EXCLUDED,       /* an exclude rule covers it */
    RS_REASON_EXCLUDED_BELOW, /* a wildcard, and an excluded name lies below it */
    /* malformed */
    RS_REASON_EMPTY_NAME,
    RS_REASON_EMPTY_LABEL,
    RS_REASON_LONG_LABEL,    /* over 63 bytes */
    RS_REASON_LONG_NAME,     /* over what the form allows: 253 bytes for a host name */
    RS_REASON_BAD_CHARACTER, /* NUL, space, control, non-ASCII or other, where none may be */
    RS_REASON_ADDRESS_TEXT,  /* a host name whose last label is a number: an IP address */
    RS_REASON_WILDCARD,      /* a `*` that is not the whole first label */
    RS_REASON_ADDRESS_SIZE,  /* an iPAddress of neither 4 nor 16 bytes */
    RS_REASON_BAD_MAILBOX,   /* no `@`, two of them, a quoted or empty local part */
    RS_REASON_BAD_AUTHORITY, /* a URI authority with an IP literal, backslash or `%` */
    RS_REASON_DUPLICATE,     /* the extension occurs twice */
    RS_REASON_CHAIN_LENGTH,  /* no certificates, or more than are ever checked */
    RS_REASON_CHAIN_ROOTS,   /* more listed roots, or certificates above, than are looked at */
    RS_REASON_SIGNATURE,     /* a signature of the chain does not hold, and it has many names */
    RS_REASONS
} rs_reason;

/* One name, judged. The views point into the certificate and the list, and live as long. */
typedef struct rs_finding {
    rs_verdict verdict;
    rs_form form;
    rs_reason reason;
    rs_bytes name; /* as in the certificate; for CN and IP text forms see rs_scope */
    rs_bytes rule; /* the deciding suffix, mailbox, … if there is one; empty otherwise */
} rs_finding;

/* The verdict that a reason goes with. A number that is not a reason: malformed. */
rs_verdict rs_reason_verdict(rs_reason reason);

/* A short English phrase for people and logs, "outside the permitted names". Never NULL. */
const char *rs_reason_text(rs_reason reason);

/* A word for machines, "not-permitted"; part of the JSON and event formats. Never NULL. */
const char *rs_reason_word(rs_reason reason);

#endif
