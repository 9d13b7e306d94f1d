/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The forms in which a name may stand in a certificate, and those of them that bear a host.
 *
 * A new host-bearing form is a row here and a case in host_part.c; one that is an otherName is
 * also a row in other_name_type.c. Everything else follows from the tables.
 */
#ifndef RS_FORM_H
#define RS_FORM_H

#include "lib/base/bytes.h"

/*
 * Each host-bearing form, in the order of the compiled list: its constant, its word in a list
 * source, whether a rule `x` covers the host x alone (RFC 5280) or also every host below it, and
 * whether a name may be a wildcard.
 */
#define RS_HOST_FORM_TABLE(ROW)                                                                    \
    ROW(DNS, "dns", RS_RULE_COVERS_BELOW, true)     /* dNSName */                                  \
    ROW(EMAIL, "email", RS_RULE_COVERS_SELF, false) /* rfc822Name, SmtpUTF8Mailbox, subject */     \
    ROW(URI, "uri", RS_RULE_COVERS_SELF, false)     /* uniformResourceIdentifier */                \
    ROW(SRV, "srv", RS_RULE_COVERS_BELOW, false)    /* SRVName */                                  \
    ROW(XMPP, "xmpp", RS_RULE_COVERS_BELOW, false)  /* XmppAddr */                                 \
    ROW(UPN, "upn", RS_RULE_COVERS_BELOW, false)    /* Microsoft's user principal name */          \
    ROW(KRB5, "krb5", RS_RULE_COVERS_BELOW, false)  /* KRB5PrincipalName: its realm */             \
    ROW(NAI, "nai", RS_RULE_COVERS_BELOW, true)     /* NAIRealm, of RADIUS */

typedef enum rs_form {
#define RS_FORM_CONSTANT(form, word, covers, wildcard) RS_FORM_##form,
    RS_HOST_FORM_TABLE(RS_FORM_CONSTANT)
#undef RS_FORM_CONSTANT
        RS_HOST_FORMS,          /* how many forms bear a host */
    RS_FORM_IP = RS_HOST_FORMS, /* iPAddress */
    RS_FORM_CN,                 /* commonName of the subject */
    RS_FORM_DIRNAME,            /* subject, and directoryName of the SAN */
    RS_FORM_ORGANIZATION,       /* organizationName of the subject */
    RS_FORM_OTHERNAME,          /* otherName of a type that no form above covers */
    RS_FORM_EXTENSION,          /* a whole extension, or the subject, that does not decode */
    RS_FORMS
} rs_form;

/* A set of host-bearing forms: bit 1 << rs_form for each. */
typedef uint16_t rs_form_set;

#define RS_ALL_HOST_FORMS ((rs_form_set)((1u << RS_HOST_FORMS) - 1))

_Static_assert(RS_HOST_FORMS <= 16, "a set of forms has a bit for each");

/* What a rule `x` of a form covers. */
typedef enum rs_rule_cover {
    RS_RULE_COVERS_BELOW, /* x and every host below it; `.x` only those below */
    RS_RULE_COVERS_SELF,  /* x alone; `.x` those below (RFC 5280, 4.2.1.10) */
} rs_rule_cover;

/* A form as the list source has it, "dns", "email"; "extension" for the last. Never NULL. */
const char *rs_form_word(rs_form form);

/* What a rule of a host-bearing form covers. */
rs_rule_cover rs_form_rule_cover(rs_form form);

/* Whether a name of this form may have a whole first label `*`. */
bool rs_form_has_wildcards(rs_form form);

#endif
