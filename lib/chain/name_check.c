/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/chain/name_check.h"

#include "lib/base/utf8.h"
#include "lib/image/restriction.h"
#include "lib/names/der.h"
#include "lib/names/directory_string.h"
#include "lib/names/distinguished_name.h"
#include "lib/names/host_part.h"
#include "lib/names/other_name_type.h"

enum { ORGANIZATION_MAX = 512 }; /* bytes of UTF-8; X.520 allows 64 characters */

static rs_finding found(rs_form form, rs_bytes name, rs_reason reason)
{
    return (rs_finding){
        .verdict = rs_reason_verdict(reason), .form = form, .reason = reason, .name = name};
}

/* What a form gets that no rule matched. */
static rs_reason unmatched(const rs_stanza *stanza)
{
    return stanza->flags & RS_STANZA_CLOSED ? RS_REASON_NOT_PERMITTED : RS_REASON_UNRESTRICTED;
}

rs_reason rs_check_unread(const rs_stanza *stanza)
{
    return stanza->flags & RS_STANZA_CLOSED ? RS_REASON_PERMITTED : RS_REASON_UNRESTRICTED;
}

/* The last `n` bytes of a host name as it was spelt, its trailing dot left off. */
static rs_bytes tail_as_spelt(rs_bytes text, size_t n)
{
    if (text.n > 0 && text.p[text.n - 1] == '.')
        text.n--;
    return n <= text.n ? rs_bytes_tail(text, n) : rs_bytes_make(NULL, 0);
}

/* What a look-up of the host in `name` found; `text` is how it was spelt, for the rule. */
static rs_finding found_host(const rs_stanza *stanza, rs_form form, rs_suffix_match match,
                             rs_bytes name, rs_bytes text)
{
    rs_reason reason = match.unreadable       ? RS_REASON_UNDECODABLE
                       : match.excluded_below ? RS_REASON_EXCLUDED_BELOW
                       : match.excluded       ? RS_REASON_EXCLUDED
                       : match.permitted      ? RS_REASON_PERMITTED
                                              : unmatched(stanza);
    rs_finding finding = found(form, name, reason);
    if (match.excluded || match.permitted)
        finding.rule = tail_as_spelt(text, match.rule.n);
    return finding;
}

/* Judges a well-formed host of ASCII labels. */
static rs_finding check_host(const rs_stanza *stanza, rs_form form, const rs_host_name *host,
                             rs_bytes name, rs_bytes text)
{
    return found_host(stanza, form, rs_suffix_set_match(&stanza->hosts[form], host), name, text);
}

/* The same of a DNS name, for which `permit single-label` lines are. */
static rs_finding check_dns_host(const rs_stanza *stanza, const rs_host_name *host, rs_bytes name)
{
    rs_finding finding = check_host(stanza, RS_FORM_DNS, host, name, name);
    bool is_one_label = !host->wildcard && rs_host_name_label(host, host->length) == 0;
    if (finding.reason == RS_REASON_NOT_PERMITTED && is_one_label &&
        (stanza->flags & RS_STANZA_SINGLE_LABEL) != 0)
        return found(RS_FORM_DNS, name, RS_REASON_PERMITTED);
    return finding;
}

static rs_finding check_address(const rs_stanza *stanza, rs_form form, const rs_ip_address *address,
                                rs_bytes name)
{
    const rs_polar_ranges *ranges = address->length == 4 ? &stanza->ip4 : &stanza->ip6;
    if (rs_range_set_has(&ranges->exclude, address))
        return found(form, name, RS_REASON_EXCLUDED);
    if (rs_range_set_has(&ranges->permit, address))
        return found(form, name, RS_REASON_PERMITTED);
    return found(form, name, unmatched(stanza));
}

/* Without the one dot at its end that a host name or an address may have. */
static rs_bytes without_last_dot(rs_bytes text)
{
    if (text.n > 1 && text.p[text.n - 1] == '.')
        text.n--;
    return text;
}

rs_finding rs_check_dns(const rs_stanza *stanza, rs_bytes name)
{
    rs_ip_address address;
    rs_host_name host;
    rs_reason why;
    bool restricted = rs_stanza_restricts(stanza, RS_FORM_DNS);
    /* First what nearly all are: the text of an address is not a well-formed host. */
    if (restricted && rs_host_name_read(name, &host, &why))
        return check_dns_host(stanza, &host, name);
    if (rs_ip_address_from_text_unmapped(without_last_dot(name), &address))
        return check_address(stanza, RS_FORM_DNS, &address, name);
    if (restricted)
        return found(RS_FORM_DNS, name, why);
    return found(RS_FORM_DNS, name,
                 rs_host_name_ends_in_number(name) && rs_stanza_restricts(stanza, RS_FORM_IP)
                     ? RS_REASON_ADDRESS_TEXT
                     : rs_check_unread(stanza));
}

/* Called for each name: one function, whatever it calls, is a tenth less than several. */
__attribute__((hot, noinline, flatten)) bool
rs_check_dns_permits(const rs_stanza *stanza, rs_bytes name, rs_suffix_trail *trail)
{
    rs_host_name host;
    rs_reason why;
    return rs_host_name_read(name, &host, &why) &&
           rs_suffix_set_permits(&stanza->hosts[RS_FORM_DNS], &host, trail);
}

rs_finding rs_check_ip(const rs_stanza *stanza, rs_bytes octets)
{
    rs_ip_address address;
    if (!rs_stanza_restricts(stanza, RS_FORM_IP))
        return found(RS_FORM_IP, octets, rs_check_unread(stanza));
    if (!rs_ip_address_from_octets(octets, &address))
        return found(RS_FORM_IP, octets, RS_REASON_ADDRESS_SIZE);
    return check_address(stanza, RS_FORM_IP, &address, octets);
}

rs_finding rs_check_reference_ip(const rs_stanza *stanza, rs_bytes text)
{
    rs_ip_address address;
    if (!rs_ip_address_from_text_unmapped(text, &address))
        return found(RS_FORM_IP, text, RS_REASON_UNDECODABLE);
    return check_address(stanza, RS_FORM_IP, &address, text);
}

rs_finding rs_check_reference_host(const rs_stanza *stanza, rs_bytes text)
{
    rs_host_name host;
    rs_reason why;
    if (text.n <= 1 || text.p[0] != '.')
        return rs_check_dns(stanza, text);
    rs_bytes spelt = rs_bytes_skip(text, 1);
    if (!rs_stanza_restricts(stanza, RS_FORM_DNS))
        return found(RS_FORM_DNS, text, rs_check_unread(stanza));
    if (!rs_host_name_read(spelt, &host, &why))
        return found(RS_FORM_DNS, text, why);
    host.wildcard = true;
    return check_host(stanza, RS_FORM_DNS, &host, text, spelt);
}

/* Is the mailbox in a set, whose mailboxes have the host in lower case? */
static bool has_mailbox(const rs_string_set *set, rs_bytes local, const rs_host_name *host,
                        bool any_case)
{
    rs_string_search search = rs_string_search_start(set);
    if (any_case)
        rs_string_search_add_lower(&search, local);
    else
        rs_string_search_add(&search, local);
    rs_string_search_add(&search, rs_bytes_make("@", 1));
    rs_string_search_add(&search, rs_host_name_bytes(host));
    return rs_string_search_found(&search);
}

/*
 * Judges `local@host` by the mailbox rules, then by the host's. A permitted mailbox is this one
 * exactly; an excluded one is excluded in every spelling of its local part, since many servers
 * deliver to all of them. A host that is not ASCII is excluded if it may be one that is.
 */
static rs_finding check_mailbox(const rs_stanza *stanza, rs_bytes name, const rs_host_part *part,
                                const rs_host_name *host)
{
    const rs_polar_strings *mailboxes = &stanza->mailboxes;
    bool permitted = has_mailbox(&mailboxes->permit, part->local, host, false);
    if (has_mailbox(&mailboxes->exclude, part->local, host, true))
        return found(RS_FORM_EMAIL, name, RS_REASON_EXCLUDED);
    rs_suffix_match match = rs_suffix_set_match(&stanza->hosts[RS_FORM_EMAIL], host);
    /* A host that a list spells so is not a sloppy spelling of another. */
    if (!permitted &&
        (match.perhaps_excluded || (match.perhaps_named && mailboxes->exclude.count > 0)))
        return found(RS_FORM_EMAIL, name, RS_REASON_EXCLUDED);
    rs_finding by_host = found_host(stanza, RS_FORM_EMAIL, match, name, part->host);
    return permitted && by_host.reason == RS_REASON_NOT_PERMITTED
               ? found(RS_FORM_EMAIL, name, RS_REASON_PERMITTED)
               : by_host;
}

rs_finding rs_check_host_bearing(const rs_stanza *stanza, rs_form form, rs_bytes name)
{
    rs_host_part part;
    rs_host_name host;
    rs_reason why;
    if (form == RS_FORM_DNS)
        return rs_check_dns(stanza, name);
    if (!rs_stanza_restricts(stanza, form))
        return found(form, name, rs_check_unread(stanza));
    if (!rs_host_of_name(form, name, &part, &host, &why))
        return found(form, name, why);
    return form == RS_FORM_EMAIL ? check_mailbox(stanza, name, &part, &host)
                                 : check_host(stanza, form, &host, name, part.host);
}

rs_finding rs_check_email(const rs_stanza *stanza, rs_bytes mailbox)
{
    if (!rs_bytes_are_ascii(mailbox) && rs_stanza_restricts(stanza, RS_FORM_EMAIL))
        return found(RS_FORM_EMAIL, mailbox, RS_REASON_BAD_CHARACTER);
    return rs_check_host_bearing(stanza, RS_FORM_EMAIL, mailbox);
}

rs_finding rs_check_reference_email(const rs_stanza *stanza, rs_bytes text)
{
    /* A SmtpUTF8Mailbox may meet it. */
    return rs_utf8_is_valid(text) ? rs_check_host_bearing(stanza, RS_FORM_EMAIL, text)
                                  : rs_check_email(stanza, text);
}

/* Judges an otherName by the host that it bears, if its value is what its type says. */
static rs_finding check_typed(const rs_stanza *stanza, const rs_other_name_type *type,
                              rs_bytes value)
{
    rs_bytes text;
    rs_form form = rs_other_name_form(type);
    if (rs_other_name_text(type, value, &text))
        return rs_check_host_bearing(stanza, form, text);
    return found(form, value,
                 rs_stanza_restricts(stanza, form) ? RS_REASON_UNDECODABLE
                                                   : rs_check_unread(stanza));
}

rs_finding rs_check_other_name(const rs_stanza *stanza, const rs_general_name *name)
{
    const rs_other_name_type *type = rs_other_name_type_of(name->type_id);
    if (type != NULL)
        return check_typed(stanza, type, name->value);
    rs_reason reason = RS_REASON_UNRESTRICTED;
    if (rs_string_set_has(&stanza->other_names.exclude, name->type_id))
        reason = RS_REASON_EXCLUDED;
    else if (rs_string_set_has(&stanza->other_names.permit, name->type_id))
        reason = RS_REASON_PERMITTED;
    else if (stanza->flags & RS_STANZA_OTHERNAMES)
        reason = RS_REASON_NOT_PERMITTED;
    return found(RS_FORM_OTHERNAME, name->type_id, reason);
}

/*
 * Does either set have a prefix of the name, counted in RDNs, the empty one and the whole included?
 * False if the name does not decode.
 */
static bool find_prefixes(const rs_polar_strings *names, rs_distinguished_name name,
                          bool *is_permitted, bool *is_excluded)
{
    rs_string_search permit = rs_string_search_start(&names->permit);
    rs_string_search exclude = rs_string_search_start(&names->exclude);
    uint8_t rdn[RS_CANONICAL_RDN_MAX];
    size_t length = 0;
    rs_next next;
    *is_permitted = *is_excluded = false;
    do {
        *is_permitted |= rs_string_search_found(&permit);
        *is_excluded |= rs_string_search_found(&exclude);
        next = rs_distinguished_name_next_rdn(&name, rdn, sizeof rdn, &length);
        if (next == RS_NEXT_ITEM) {
            rs_string_search_add(&permit, rs_bytes_make(rdn, length));
            rs_string_search_add(&exclude, rs_bytes_make(rdn, length));
        }
    } while (next == RS_NEXT_ITEM);
    return next == RS_NEXT_END;
}

rs_finding rs_check_directory_name(const rs_stanza *stanza, rs_bytes der)
{
    rs_distinguished_name name;
    bool is_permitted, is_excluded;
    if (!rs_stanza_restricts(stanza, RS_FORM_DIRNAME))
        return found(RS_FORM_DIRNAME, der, RS_REASON_UNRESTRICTED);
    if (!rs_distinguished_name_init(&name, der))
        return found(RS_FORM_DIRNAME, der, RS_REASON_UNDECODABLE);
    if (name.rdns.n == 0)
        return found(RS_FORM_DIRNAME, der, RS_REASON_IGNORED);
    if (!find_prefixes(&stanza->distinguished_names, name, &is_permitted, &is_excluded))
        return found(RS_FORM_DIRNAME, der, RS_REASON_UNDECODABLE);
    rs_reason reason = RS_REASON_UNRESTRICTED;
    if (is_excluded)
        reason = RS_REASON_EXCLUDED;
    else if (is_permitted)
        reason = RS_REASON_PERMITTED;
    else if (stanza->flags & RS_STANZA_DIRNAMES)
        reason = RS_REASON_NOT_PERMITTED;
    return found(RS_FORM_DIRNAME, der, reason);
}

/* Not inlined, for the size of its frame. */
__attribute__((noinline)) static rs_reason organization_reason(const rs_string_set *organizations,
                                                               uint8_t string_tag, rs_bytes value)
{
    uint8_t buffer[ORGANIZATION_MAX];
    size_t length;
    if (!rs_directory_string_to_utf8(string_tag, value, buffer, sizeof buffer, &length))
        return RS_REASON_UNDECODABLE;
    length = rs_directory_string_fold(buffer, length);
    return rs_string_set_has(organizations, rs_bytes_make(buffer, length))
               ? RS_REASON_PERMITTED
               : RS_REASON_NOT_PERMITTED;
}

rs_finding rs_check_organization(const rs_stanza *stanza, uint8_t string_tag, rs_bytes value)
{
    rs_reason reason = RS_REASON_UNRESTRICTED;
    if (rs_stanza_restricts(stanza, RS_FORM_ORGANIZATION))
        reason = organization_reason(&stanza->organizations, string_tag, value);
    return found(RS_FORM_ORGANIZATION, value, reason);
}
