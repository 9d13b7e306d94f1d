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

/* A dNSName: an address if it is the text of one, and otherwise a host. */
rs_finding rs_check_dns(const rs_stanza *stanza, rs_bytes name);

/*
 * Is it a permitted host, for sure? For who needs no finding then; of others rs_check_dns says.
 * `trail`: of other dNSNames under the same stanza.
 */
bool rs_check_dns_permits(const rs_stanza *stanza, rs_bytes name, rs_suffix_trail *trail);

/* The octets of an iPAddress. */
rs_finding rs_check_ip(const rs_stanza *stanza, rs_bytes octets);

/* An rfc822Name, or the content of an emailAddress attribute: ASCII. */
rs_finding rs_check_email(const rs_stanza *stanza, rs_bytes mailbox);

/* A name of any host-bearing form. Its text is valid UTF-8, and an e-mail address may be any. */
rs_finding rs_check_host_bearing(const rs_stanza *stanza, rs_form form, rs_bytes name);

/* An otherName: by the host that it bears if its type has one, else by its type. */
rs_finding rs_check_other_name(const rs_stanza *stanza, const rs_general_name *name);

/* The DER of a Name: a subject, or a directoryName. An empty Name names nobody. */
rs_finding rs_check_directory_name(const rs_stanza *stanza, rs_bytes der);

/* An organizationName attribute. */
rs_finding rs_check_organization(const rs_stanza *stanza, uint8_t string_tag, rs_bytes value);

/* What is said of a name that is not read, since the stanza does not restrict its form. */
rs_reason rs_check_unread(const rs_stanza *stanza);

/* What an application calls its peer; a leading dot stands for any host below, as in OpenSSL. */
rs_finding rs_check_reference_host(const rs_stanza *stanza, rs_bytes text);
rs_finding rs_check_reference_ip(const rs_stanza *stanza, rs_bytes text);
rs_finding rs_check_reference_email(const rs_stanza *stanza, rs_bytes text);

#endif
