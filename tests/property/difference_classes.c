/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/property/difference_classes.h"

#include "lib/base/ascii.h"
#include "tests/property/international_mail.h"
#include "tests/property/name_sense.h"
#include "tests/property/spelling.h"

static void text_set(trial_text *to, rs_bytes from)
{
    memmove(to->p, from.p, from.n);
    to->n = from.n;
}

static void name_remove(trial *t, size_t index)
{
    t->name_count--;
    memmove(&t->names[index], &t->names[index + 1],
            (t->name_count - index) * sizeof t->names[index]);
}

static bool malformed(trial *t, bool *denied)
{
    for (size_t i = 0; i < t->name_count; i++)
        *denied |= is_malformed(t, &t->names[i]);
    return *denied;
}

/* Leaves a common name that nobody takes for a host, so that the subject does not become empty. */
static void blank_common_name(trial_name *n)
{
    n->string_type = V_ASN1_UTF8STRING;
    text_set(&n->value, rs_bytes_of_string("Jane Doe"));
}

static bool is_unread(const trial *t, const trial_name *n)
{
    switch (n->kind) {
    case NAME_CN:
        return !restricts_common_names(t) && has_byte(common_name(n), 0);
    case NAME_IP:
    case NAME_EMAIL:
    case NAME_URI:
        return !is_restricted(t, n->kind);
    case NAME_SMTP_UTF8:
        return !is_restricted(t, NAME_EMAIL);
    default:
        return false;
    }
}

static bool unread(trial *t, bool *denied)
{
    (void)denied;
    bool applies = false;
    for (size_t i = t->name_count; i > 0; i--) {
        if (!is_unread(t, &t->names[i - 1]))
            continue;
        if (t->names[i - 1].kind == NAME_CN)
            blank_common_name(&t->names[i - 1]);
        else
            name_remove(t, i - 1);
        applies = true;
    }
    return applies;
}

static bool cn_without_tls(trial *t, bool *denied)
{
    (void)denied;
    bool applies = false;
    for (size_t i = 0; i < t->name_count; i++) {
        trial_name *n = &t->names[i];
        if (n->kind != NAME_CN || t->usage != USAGE_OTHER || !is_seen_as_host(n))
            continue;
        blank_common_name(n);
        applies = true;
    }
    return applies;
}

static bool cn_as_address(trial *t, bool *denied)
{
    (void)denied;
    bool applies = false;
    for (size_t i = 0; i < t->name_count; i++) {
        trial_name *n = &t->names[i];
        if (n->kind != NAME_CN || read_common_name(t, n) != READ_AS_ADDRESS)
            continue;
        trial_name *moved = &t->names[t->name_count++];
        moved->kind = NAME_IP;
        moved->value.n = spelt_address(without_last_dot(common_name(n)), moved->value.p);
        blank_common_name(n);
        applies = true;
    }
    return applies;
}

/*
 * If OpenSSL passes one by, all that are read as hosts become names of the SAN: with a dNSName
 * there, it looks at none.
 */
static bool cn_as_host(trial *t, bool *denied)
{
    (void)denied;
    bool applies = false, has_dns_name = trial_has_dns_name(t);
    for (size_t i = 0; i < t->name_count; i++) {
        const trial_name *n = &t->names[i];
        applies |= n->kind == NAME_CN && read_common_name(t, n) == READ_AS_HOST &&
                   (has_dns_name || !is_seen_as_host(n));
    }
    for (size_t i = 0; i < t->name_count && applies; i++) {
        trial_name *n = &t->names[i];
        if (n->kind != NAME_CN || read_common_name(t, n) != READ_AS_HOST)
            continue;
        trial_name *moved = &t->names[t->name_count++];
        moved->kind = NAME_DNS;
        text_set(&moved->value, common_name(n));
        blank_common_name(n);
    }
    return applies;
}

static bool dns_as_address(trial *t, bool *denied)
{
    (void)denied;
    bool applies = false;
    for (size_t i = 0; i < t->name_count; i++) {
        trial_name *n = &t->names[i];
        uint8_t octets[16];
        size_t size = spelt_address(without_last_dot(view_of(&n->value)), octets);
        if (n->kind != NAME_DNS || size == 0)
            continue;
        n->kind = NAME_IP;
        text_set(&n->value, rs_bytes_make(octets, size));
        applies = true;
    }
    return applies;
}

static bool cn_as_mailbox(trial *t, bool *denied)
{
    (void)denied;
    bool applies = false;
    for (size_t i = 0; i < t->name_count; i++) {
        trial_name *n = &t->names[i];
        if (n->kind != NAME_CN || read_common_name(t, n) != READ_AS_MAILBOX)
            continue;
        trial_name *moved = &t->names[t->name_count++];
        moved->kind = has_non_ascii(common_name(n)) ? NAME_SMTP_UTF8 : NAME_EMAIL;
        text_set(&moved->value, common_name(n));
        blank_common_name(n);
        applies = true;
    }
    return applies;
}

static bool cn_as_word(trial *t, bool *denied)
{
    bool closed = false;
    for (size_t i = 0; i < t->rule_count; i++)
        closed |= t->rules[i].polarity == RS_PERMIT;
    for (size_t i = 0; i < t->name_count; i++)
        *denied |= closed && is_restricted(t, NAME_DNS) && t->names[i].kind == NAME_CN &&
                   read_common_name(t, &t->names[i]) == READ_AS_WORD;
    return *denied;
}

/* Judged as a common name, which it becomes. */
static bool email_without_at(trial *t, bool *denied)
{
    (void)denied;
    bool applies = false;
    for (size_t i = 0; i < t->name_count; i++) {
        trial_name *n = &t->names[i];
        if (n->kind != NAME_EMAIL_ATTRIBUTE || has_byte(view_of(&n->value), '@'))
            continue;
        reading read = read_email_attribute(t, n);
        n->kind = NAME_CN;
        if (read != READ_AS_HOST && read != READ_AS_ADDRESS)
            blank_common_name(n);
        applies = true;
    }
    return applies;
}

static bool email_string_type(trial *t, bool *denied)
{
    (void)denied;
    bool applies = false;
    for (size_t i = 0; i < t->name_count; i++) {
        trial_name *n = &t->names[i];
        if (n->kind != NAME_EMAIL_ATTRIBUTE || n->string_type == V_ASN1_IA5STRING)
            continue;
        n->string_type = V_ASN1_IA5STRING;
        applies = true;
    }
    return applies;
}

/* OpenSSL 3.0 reads such a URI as RFC 3986 has it; 3.5.9 finds no host in it. */
static bool has_empty_port(rs_bytes text, rs_bytes host)
{
    const uint8_t *after = host.p + host.n, *end = text.p + text.n;
    return after < end && *after == ':' && (after + 1 == end || !rs_ascii_is_digit(after[1]));
}

static bool uri_of_other_host(trial *t, bool *denied)
{
    (void)denied;
    bool applies = false;
    for (size_t i = t->name_count; i > 0; i--) {
        trial_name *n = &t->names[i - 1];
        rs_bytes text = view_of(&n->value), host;
        if (n->kind != NAME_URI)
            continue;
        uri_host found = host_of_uri(text, &host);
        rs_bytes seen = openssl_host_of_uri(text);
        if (found == URI_MALFORMED || !is_restricted(t, NAME_URI) ||
            (found == URI_HOST && rs_bytes_equal(host, seen) && !has_empty_port(text, host)))
            continue;
        applies = true;
        if (found == URI_NO_HOST) {
            name_remove(t, i - 1);
        } else {
            memmove(n->value.p + 4, host.p, host.n);
            memcpy(n->value.p, "x://", 4);
            n->value.n = 4 + host.n;
        }
    }
    return applies;
}

static bool empty_directory_name(trial *t, bool *denied)
{
    (void)denied;
    bool applies = false;
    for (size_t i = t->name_count; i > 0; i--) {
        if (t->names[i - 1].kind != NAME_DIRECTORY || t->names[i - 1].value.n > 0)
            continue;
        name_remove(t, i - 1);
        applies = true;
    }
    return applies;
}

static bool mapped_address(trial *t, bool *denied)
{
    (void)denied;
    bool applies = false, addresses = false;
    for (size_t i = 0; i < t->name_count; i++) {
        addresses |= t->names[i].kind == NAME_IP;
        applies |= t->names[i].kind == NAME_IP && unmap(&t->names[i].value, 0);
    }
    for (size_t i = 0; i < t->rule_count && addresses; i++)
        applies |= t->rules[i].kind == NAME_IP && unmap(&t->rules[i].value, 16);
    return applies;
}

static bool trailing_dot(trial *t, bool *denied)
{
    (void)denied;
    bool applies = false;
    for (size_t i = 0; i < t->name_count; i++) {
        trial_name *n = &t->names[i];
        rs_bytes text = view_of(&n->value), host, bare;
        if (n->kind == NAME_URI) {
            if (!is_restricted(t, NAME_URI))
                continue;
            uri_host found = host_of_uri(text, &host);
            if (found != URI_HOST || host.p[host.n - 1] != '.')
                continue;
            memmove(n->value.p + 4, host.p, host.n - 1);
            memcpy(n->value.p, "x://", 4);
            n->value.n = 4 + host.n - 1;
            applies = true;
            continue;
        }
        bare = without_last_dot(text);
        if (bare.n == text.n || n->kind == NAME_IP || n->kind == NAME_DIRECTORY ||
            n->kind == NAME_CN || n->kind == NAME_FREE)
            continue;
        n->value.n = bare.n;
        applies = true;
    }
    return applies;
}

/* Whether a rule is about names below `*.d`'s d, not about d. */
static bool is_below(rs_bytes rule_value, rs_bytes d)
{
    if (rule_value.n > 0 && rule_value.p[0] == '.')
        rule_value = rs_bytes_skip(rule_value, 1);
    if (rule_value.n <= d.n)
        return false;
    return d.n == 0 || (rule_value.p[rule_value.n - d.n - 1] == '.' &&
                        same_but_for_case(rs_bytes_tail(rule_value, d.n), d));
}

static bool wildcard_over_exclusion(trial *t, bool *denied)
{
    for (size_t i = 0; i < t->name_count; i++) {
        rs_bytes name = view_of(&t->names[i].value);
        if (t->names[i].kind != NAME_DNS || name.n == 0 || name.p[0] != '*')
            continue;
        rs_bytes d = rs_bytes_skip(name, name.n == 1 ? 1 : 2);
        for (size_t j = 0; j < t->rule_count; j++)
            *denied |= t->rules[j].polarity == RS_EXCLUDE && t->rules[j].kind == NAME_DNS &&
                       is_below(view_of(&t->rules[j].value), d);
    }
    return *denied;
}

static bool mailbox_case(trial *t, bool *denied)
{
    for (size_t i = 0; i < t->name_count; i++) {
        name_kind kind = t->names[i].kind;
        if (kind != NAME_EMAIL && kind != NAME_EMAIL_ATTRIBUTE && kind != NAME_SMTP_UTF8)
            continue;
        for (size_t j = 0; j < t->rule_count; j++)
            *denied |= t->rules[j].polarity == RS_EXCLUDE && t->rules[j].kind == NAME_EMAIL &&
                       has_byte(view_of(&t->rules[j].value), '@') &&
                       same_but_for_case(view_of(&t->rules[j].value), view_of(&t->names[i].value));
    }
    return *denied;
}

const difference_class difference_classes[DIFFERENCE_CLASSES] = {
    {"malformed-name", malformed, false,
     "Nobody can say what it names, or readers differ about it; OpenSSL compares bytes.",
     "dNSName a..corp.example, under permit corp.example"},
    {"unread", unread, true,
     "What a stanza does not restrict it does not read; OpenSSL denies some malformed names "
     "wherever "
     "there is a constraint of the form, and a common name with a NUL whatever there is.",
     "iPAddress of no octets, under permit ip:*"},
    {"email-without-at", email_without_at, true,
     "An emailAddress attribute without @ is judged as a common name, of which a bare word is "
     "free; "
     "OpenSSL denies it under any constraint for e-mail.",
     "emailAddress none, under permit email:corp.example"},
    {"cn-without-tls-purpose", cn_without_tls, true,
     "A certificate whose extended key usages have none of TLS is taken for no host by its common "
     "name; OpenSSL asks no purpose.",
     "CN www.evil.example with emailProtection alone, under permit corp.example"},
    {"dns-as-address", dns_as_address, true,
     "A dNSName that spells an address is checked as that address.",
     "dNSName 192.0.2.1, under permit corp.example and ip:192.0.2.0/24"},
    {"cn-as-mailbox", cn_as_mailbox, false,
     "A common name with an @ is checked as a mailbox; OpenSSL takes it for nothing.",
     "CN joe@evil.example, under permit email:corp.example"},
    {"cn-as-word", cn_as_word, false,
     "One word of ASCII that no host is needs a line; OpenSSL takes it for nothing.",
     "CN joe+x, under permit corp.example"},
    {"cn-as-address", cn_as_address, true,
     "A common name that spells an address is checked as that address; OpenSSL takes one of IPv4 "
     "for a host name, and others for nothing.",
     "CN 192.0.2.1, under permit corp.example and ip:192.0.2.0/24"},
    {"cn-as-host", cn_as_host, false,
     "More common names are read as hosts: single labels, wildcards, any hyphen, and beside a "
     "dNSName. OpenSSL lets them through; verifiers that look at common names do not.",
     "CN *.evil.example, under permit corp.example"},
    {"email-string-type", email_string_type, true,
     "An emailAddress attribute of another type than IA5String is converted and checked; OpenSSL "
     "denies it unread, whatever the constraints.",
     "emailAddress joe@corp.example as UTF8String, under permit email:corp.example"},
    {"smtputf8-mailbox", international_mailbox, true,
     "A SmtpUTF8Mailbox is a mailbox like any other, its host in A-labels or in U-labels, and may "
     "be "
     "another spelling of an excluded one. To OpenSSL it has U-labels alone, and constraints on a "
     "mailbox or with a leading dot never match.",
     "SmtpUTF8Mailbox joe@corp.example, under permit email:joe@corp.example"},
    {"uri-host", uri_of_other_host, true,
     "The host of a URI is found as RFC 3986 has it, and RFC 5922 for sip:. OpenSSL takes user "
     "information, a query or a path with a colon for a part of it, and denies where there is "
     "none; from 3.5.9 on also where the port is empty.",
     "http://joe@corp.example/, under permit uri:corp.example"},
    {"empty-directory-name", empty_directory_name, true,
     "A directoryName without RDNs names nobody, as an empty subject does not.",
     "directoryName of no RDNs, under permit dirname:O=Acme"},
    [CLASS_MAPPED_ADDRESS] =
        {"mapped-address", mapped_address, true,
         "An IPv4-mapped IPv6 address is the IPv4 address, in names and in rules: a peer that is "
         "reached over either is the same host.",
         "iPAddress ::ffff:192.0.2.1, under permit ip:192.0.2.0/24"},
    {"trailing-dot", trailing_dot, true, "One dot at the end of a host is no part of its name.",
     "dNSName www.corp.example., under permit corp.example"},
    {"wildcard-over-exclusion", wildcard_over_exclusion, false,
     "A wildcard covers the excluded name below it; to OpenSSL it is a label like others.",
     "dNSName *.corp.example, under permit corp.example and exclude hr.corp.example"},
    {"mailbox-case", mailbox_case, false,
     "An excluded mailbox is excluded in every spelling of its local part.",
     "rfc822Name Joe@corp.example, under exclude email:joe@corp.example"},
};
