/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/chain/scope.h"

#include "lib/base/little_endian.h"
#include "lib/chain/common_name.h"
#include "lib/chain/name_check.h"
#include "lib/image/restriction.h"
#include "lib/names/der.h"
#include "lib/names/distinguished_name.h"

/* The walk over a certificate's names: whom to tell, and what was worst so far. */
typedef struct walk {
    const rs_stanza *stanza;
    rs_finding_fn each;
    void *arg;
    rs_finding worst;
    bool stopped;
    bool quickly;           /* dNSNames are restricted, and nobody is told of those permitted */
    rs_bytes permitted_dns; /* the first dNSName that is a permitted host */
} walk;

/* Takes a finding in; returns true to go on. */
static bool take(walk *w, rs_finding finding)
{
    if (RS_UNLIKELY(finding.verdict < w->worst.verdict))
        w->worst = finding;
    if (RS_UNLIKELY(w->each != NULL))
        w->each(w->arg, &finding);
    else
        w->stopped = finding.verdict != RS_PERMITTED;
    return !w->stopped;
}

/* Would all names of a form be permitted, and nobody told? Then they need no finding. */
static bool is_idle(const walk *w, rs_form form)
{
    return RS_LIKELY(w->each == NULL) && !rs_stanza_restricts(w->stanza, form);
}

/*
 * Takes in what is wrong with a whole extension, if the stanza restricts anything in one. Cold, as
 * chain.c has it.
 */
__attribute__((cold)) static bool take_malformed(walk *w, rs_reason reason, rs_bytes bytes)
{
    if (!rs_stanza_restricts(w->stanza, RS_FORM_EXTENSION))
        reason = rs_check_unread(w->stanza);
    return take(w, (rs_finding){.verdict = rs_reason_verdict(reason),
                                .form = RS_FORM_EXTENSION,
                                .reason = reason,
                                .name = bytes});
}

static rs_finding check_general_name(const rs_stanza *stanza, const rs_general_name *name)
{
    switch (name->type) {
    case RS_GENERAL_NAME_DNS:
        return rs_check_dns(stanza, name->value);
    case RS_GENERAL_NAME_IP:
        return rs_check_ip(stanza, name->value);
    case RS_GENERAL_NAME_EMAIL:
        return rs_check_email(stanza, name->value);
    case RS_GENERAL_NAME_URI:
        return rs_check_host_bearing(stanza, RS_FORM_URI, name->value);
    case RS_GENERAL_NAME_OTHER:
        return rs_check_other_name(stanza, name);
    case RS_GENERAL_NAME_DIRECTORY:
        return rs_check_directory_name(stanza, name->value);
    case RS_GENERAL_NAME_X400:
    case RS_GENERAL_NAME_EDI_PARTY:
    case RS_GENERAL_NAME_REGISTERED_ID:
        break; /* no verifier of ours takes them for an identity */
    }
    return (rs_finding){.verdict = RS_PERMITTED,
                        .form = RS_FORM_EXTENSION,
                        .reason = RS_REASON_IGNORED,
                        .name = name->value};
}

/* Judges a name of any form. Not inlined: nearly all names are dNSNames that are permitted. */
__attribute__((noinline)) static bool take_any_name(walk *w, const rs_general_name *name)
{
    return take(w, check_general_name(w->stanza, name));
}

/* Judges a name; returns true to go on. */
static bool take_general_name(walk *w, const rs_general_name *name, rs_suffix_trail *trail)
{
    if (!w->quickly || name->type != RS_GENERAL_NAME_DNS ||
        !rs_check_dns_permits(w->stanza, name->value, trail))
        return take_any_name(w, name);
    if (w->permitted_dns.n == 0)
        w->permitted_dns = name->value;
    return true;
}

static void walk_subject_alt_name(walk *w, const rs_extension *san)
{
    rs_general_names names;
    rs_general_name name;
    rs_suffix_trail trail;
    trail.size = 0;
    if (san->count == 0)
        return;
    if (san->count > 1) {
        take_malformed(w, RS_REASON_DUPLICATE, san->value);
        return;
    }
    if (!rs_general_names_init(&names, san->value)) {
        take_malformed(w, RS_REASON_UNDECODABLE, san->value);
        return;
    }
    for (;;) {
        rs_next next = rs_general_names_next(&names, &name);
        if (next == RS_NEXT_END)
            return;
        if (next != RS_NEXT_ITEM) {
            take_malformed(w, RS_REASON_UNDECODABLE, san->value);
            return;
        }
        if (!take_general_name(w, &name, &trail))
            return;
    }
}

/* Is an attribute permitted whatever it says, as nearly all are, and nobody told? */
static bool is_idle_attribute(const walk *w, const rs_attribute *attribute, rs_common_name_use use)
{
    switch (attribute->type) {
    case RS_ATTRIBUTE_COMMON_NAME:
        return (w->each == NULL && use.is_issuer) ||
               rs_common_name_repeats(w->stanza, attribute->string_tag, attribute->value,
                                      w->permitted_dns);
    case RS_ATTRIBUTE_ORGANIZATION:
        return is_idle(w, RS_FORM_ORGANIZATION);
    case RS_ATTRIBUTE_EMAIL_ADDRESS:
        return false;
    case RS_ATTRIBUTE_OTHER:
        break;
    }
    return true;
}

/* Judges an attribute; returns true to go on. Not inlined, as take_any_name. */
__attribute__((noinline)) static bool take_attribute(walk *w, const rs_attribute *attribute,
                                                     rs_common_name_use use)
{
    switch (attribute->type) {
    case RS_ATTRIBUTE_COMMON_NAME:
        return take(w,
                    rs_check_common_name(w->stanza, attribute->string_tag, attribute->value, use));
    case RS_ATTRIBUTE_ORGANIZATION:
        return take(w, rs_check_organization(w->stanza, attribute->string_tag, attribute->value));
    case RS_ATTRIBUTE_EMAIL_ADDRESS:
        return take(
            w, rs_check_email_attribute(w->stanza, attribute->string_tag, attribute->value, use));
    case RS_ATTRIBUTE_OTHER:
        break;
    }
    return true;
}

static void walk_subject(walk *w, rs_bytes subject, rs_common_name_use use)
{
    rs_distinguished_name name;
    rs_attribute attribute;
    if (!rs_distinguished_name_init(&name, subject)) {
        take_malformed(w, RS_REASON_UNDECODABLE, subject);
        return;
    }
    if (RS_UNLIKELY(!is_idle(w, RS_FORM_DIRNAME)) &&
        !take(w, rs_check_directory_name(w->stanza, subject)))
        return;
    for (;;) {
        rs_next next = rs_distinguished_name_next(&name, &attribute);
        if (next == RS_NEXT_END)
            return;
        if (next != RS_NEXT_ITEM) {
            take_malformed(w, RS_REASON_UNDECODABLE, subject);
            return;
        }
        if (!is_idle_attribute(w, &attribute, use) && !take_attribute(w, &attribute, use))
            return;
    }
}

/* Purposes for which a peer's commonName is looked at. */
static bool is_tls_purpose(rs_bytes oid)
{
    static const struct {
        uint8_t oid[10];
        uint8_t size;
    } purposes[] = {
        {{0x2b, 6, 1, 5, 5, 7, 3, 1}, 8},                   /* serverAuth */
        {{0x2b, 6, 1, 5, 5, 7, 3, 2}, 8},                   /* clientAuth */
        {{0x55, 0x1d, 0x25, 0}, 4},                         /* anyExtendedKeyUsage */
        {{0x60, 0x86, 0x48, 1, 0x86, 0xf8, 0x42, 4, 1}, 9}, /* nsSGC */
        {{0x2b, 6, 1, 4, 1, 0x82, 0x37, 10, 3, 3}, 10},     /* msSGC */
    };
    for (size_t i = 0; i < sizeof purposes / sizeof *purposes; i++)
        if (rs_bytes_equal(oid, rs_bytes_make(purposes[i].oid, purposes[i].size)))
            return true;
    return false;
}

/* Reads an extended key usage: false if it is malformed. Absent, it is for any purpose. */
static bool read_extended_key_usage(const rs_extension *usage, bool *is_for_tls)
{
    rs_bytes purposes;
    *is_for_tls = usage->count == 0;
    if (usage->count == 0)
        return true;
    if (!rs_der_only(usage->value, RS_DER_SEQUENCE, &purposes) || purposes.n == 0)
        return false;
    while (purposes.n > 0) {
        rs_der purpose;
        if (!rs_der_expect(&purposes, RS_DER_OID, &purpose))
            return false;
        *is_for_tls = *is_for_tls || is_tls_purpose(purpose.value);
    }
    return true;
}

/* Reads basic constraints: false if they are malformed. Absent, the certificate is no CA's. */
static bool read_basic_constraints(const rs_extension *constraints, bool *is_ca)
{
    rs_bytes content;
    rs_der element;
    *is_ca = false;
    if (constraints->count == 0)
        return true;
    if (!rs_der_only(constraints->value, RS_DER_SEQUENCE, &content))
        return false;
    if (rs_der_expect(&content, RS_DER_BOOLEAN, &element)) {
        if (RS_UNLIKELY(element.value.n != 1))
            return false;
        *is_ca = element.value.p[0] != 0;
    }
    if (content.n > 0 && !rs_der_expect(&content, RS_DER_INTEGER, &element))
        return false;
    return content.n == 0;
}

/* The extensions that decide what the subject's names are taken for. */
static bool take_use(walk *w, const rs_certificate *certificate, rs_common_name_use *use)
{
    const rs_extension *usage = &certificate->extended_key_usage;
    const rs_extension *constraints = &certificate->basic_constraints;
    bool is_for_tls = true, is_ca = false;
    if (usage->count > 1 && !take_malformed(w, RS_REASON_DUPLICATE, usage->value))
        return false;
    if (!read_extended_key_usage(usage, &is_for_tls) &&
        !take_malformed(w, RS_REASON_UNDECODABLE, usage->value))
        return false;
    if (constraints->count > 1 && !take_malformed(w, RS_REASON_DUPLICATE, constraints->value))
        return false;
    if (!read_basic_constraints(constraints, &is_ca) &&
        !take_malformed(w, RS_REASON_UNDECODABLE, constraints->value))
        return false;
    /* Where a peer is expected, somebody looks for it whatever the usage says. */
    use->ignored = !is_for_tls && !certificate->peer_expected;
    use->is_issuer = certificate->is_issuer && is_ca;
    return true;
}

rs_verdict rs_scope_check(const rs_stanza *stanza, const rs_certificate *certificate,
                          rs_finding_fn each, void *arg, rs_finding *worst)
{
    walk w = {.stanza = stanza,
              .each = each,
              .arg = arg,
              .quickly = each == NULL && rs_stanza_restricts(stanza, RS_FORM_DNS),
              .worst = {.verdict = RS_PERMITTED,
                        .form = RS_FORM_EXTENSION,
                        .reason = RS_REASON_UNRESTRICTED}};
    rs_common_name_use use = {0};
    if (take_use(&w, certificate, &use))
        walk_subject_alt_name(&w, &certificate->subject_alt_name);
    if (RS_LIKELY(!w.stopped))
        walk_subject(&w, certificate->subject, use);
    if (worst != NULL)
        *worst = w.worst;
    return w.worst.verdict;
}

rs_finding rs_scope_check_reference(const rs_stanza *stanza, rs_reference_kind kind, rs_bytes text)
{
    switch (kind) {
    case RS_REFERENCE_HOST:
        return rs_check_reference_host(stanza, text);
    case RS_REFERENCE_IP:
        return rs_check_reference_ip(stanza, text);
    case RS_REFERENCE_EMAIL:
        return rs_check_reference_email(stanza, text);
    }
    return (rs_finding){.verdict = RS_MALFORMED, .reason = RS_REASON_UNDECODABLE, .name = text};
}
