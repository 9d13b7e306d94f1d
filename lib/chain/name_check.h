/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One name of one form under one stanza.
 *
 * Each function judges the name as it stands in the certificate and says why. The finding's
 * views point into what was passed.
 */
#ifndef RS_NAME_CHECK_H
#define RS_NAME_CHECK_H

#include "lib/image/image.h"
#include "lib/names/general_names.h"
#include "lib/names/verdict.h"

/* A dNSName. */
rs_finding rs_check_dns(const rs_stanza *stanza, rs_bytes name);

/* The octets of an iPAddress. */
rs_finding rs_check_ip(const rs_stanza *stanza, rs_bytes octets);

/* An rfc822Name, or the content of an emailAddress attribute that was found to be ASCII. */
rs_finding rs_check_email(const rs_stanza *stanza, rs_bytes mailbox);

/* A uniformResourceIdentifier. */
rs_finding rs_check_uri(const rs_stanza *stanza, rs_bytes uri);

/* An otherName: SmtpUTF8Mailbox, SRVName, XmppAddr and UPN by what they name, others by type. */
rs_finding rs_check_other_name(const rs_stanza *stanza, const rs_general_name *name);

/* The DER of a Name: a subject, or a directoryName. An empty Name names nobody. */
rs_finding rs_check_directory_name(const rs_stanza *stanza, rs_bytes der);

/* An organizationName attribute. */
rs_finding rs_check_organization(const rs_stanza *stanza, uint8_t string_tag, rs_bytes value);

/* How the commonName of a certificate is to be read. */
typedef struct rs_common_name_use {
    bool is_issuer; /* it names a CA that issued another certificate of the chain: nobody's peer */
    bool ignored;   /* no verifier takes it for a host: an EKU without TLS */
    bool has_dns_name; /* the SAN has a dNSName: verifiers that look there ignore a bare word */
} rs_common_name_use;

/*
 * A commonName attribute: a name in its own right for `cn:` rules, and where verifiers would
 * take it for a host or an address, that.
 */
rs_finding rs_check_common_name(const rs_stanza *stanza, uint8_t string_tag, rs_bytes value,
                                rs_common_name_use use);

/* What an application calls its peer; a leading dot stands for any host below, as in OpenSSL. */
rs_finding rs_check_reference_host(const rs_stanza *stanza, rs_bytes text);
rs_finding rs_check_reference_ip(const rs_stanza *stanza, rs_bytes text);

#endif
