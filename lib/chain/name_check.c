/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/chain/name_check.h"

#include "lib/base/ascii.h"
#include "lib/names/der.h"
#include "lib/names/directory_string.h"
#include "lib/names/distinguished_name.h"
#include "lib/names/host_part.h"
#include "lib/names/other_name_type.h"

enum {
    COMMON_NAME_MAX = 1024, /* bytes of UTF-8; X.520 allows 64 characters */
};

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
    rs_reason reason = match.excluded_below ? RS_REASON_EXCLUDED_BELOW
                       : match.excluded     ? RS_REASON_EXCLUDED
                       : match.permitted    ? RS_REASON_PERMITTED
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

/* Judges a name by the host that it bears. */
static rs_finding check_host_of(const rs_stanza *stanza, rs_form form, rs_bytes name)
{
    rs_host_part part;
    rs_host_name host;
    rs_reason why;
    if (!rs_host_of_name(form, name, &part, &host, &why))
        return found(form, name, why);
    return check_host(stanza, form, &host, name, part.host);
}

rs_finding rs_check_dns(const rs_stanza *stanza, rs_bytes name)
{
    return check_host_of(stanza, RS_FORM_DNS, name);
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

rs_finding rs_check_ip(const rs_stanza *stanza, rs_bytes octets)
{
    rs_ip_address address;
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
    rs_ip_address address;
    if (rs_ip_address_from_text_unmapped(text, &address))
        return check_address(stanza, RS_FORM_IP, &address, text);
    bool any_below = text.n > 1 && text.p[0] == '.';
    rs_bytes spelt = rs_bytes_skip(text, any_below ? 1 : 0);
    rs_host_name host;
    rs_reason why;
    if (!rs_host_name_read(spelt, &host, &why))
        return found(RS_FORM_DNS, text, why);
    host.wildcard |= any_below;
    return check_host(stanza, RS_FORM_DNS, &host, text, spelt);
}

static size_t append_lower(uint8_t *out, rs_bytes text)
{
    for (size_t i = 0; i < text.n; i++)
        out[i] = rs_ascii_lower(text.p[i]);
    return text.n;
}

/*
 * Judges `local@host` by the mailbox rules, then by the host's. A permitted mailbox is this one
 * exactly; an excluded one is excluded in every spelling of its local part, since many servers
 * deliver to all of them. A host that is not ASCII is excluded if it may be one that is.
 */
static rs_finding check_mailbox(const rs_stanza *stanza, rs_bytes name)
{
    rs_host_part part;
    rs_host_name host;
    rs_reason why;
    if (!rs_host_of_name(RS_FORM_EMAIL, name, &part, &host, &why))
        return found(RS_FORM_EMAIL, name, why);
    rs_bytes local = part.local;
    if (local.n > RS_LOCAL_PART_MAX)
        return found(RS_FORM_EMAIL, name, RS_REASON_LONG_NAME);

    uint8_t mailbox[RS_LOCAL_PART_MAX + 1 + RS_HOST_NAME_MAX];
    memcpy(mailbox, local.p, local.n);
    mailbox[local.n] = '@';
    memcpy(mailbox + local.n + 1, host.text, host.length);
    rs_bytes folded = rs_bytes_make(mailbox, local.n + 1 + host.length);
    bool permitted = rs_string_set_has(&stanza->mailboxes.permit, folded);
    append_lower(mailbox, local);
    if (rs_string_set_has(&stanza->mailboxes.exclude, folded))
        return found(RS_FORM_EMAIL, name, RS_REASON_EXCLUDED);
    rs_suffix_match match = rs_suffix_set_match(&stanza->hosts[RS_FORM_EMAIL], &host);
    /* A host that a list spells so is no sloppy spelling of another. */
    if (!permitted &&
        (match.perhaps_excluded || (match.perhaps_named && stanza->mailboxes.exclude.count > 0)))
        return found(RS_FORM_EMAIL, name, RS_REASON_EXCLUDED);
    rs_finding by_host = found_host(stanza, RS_FORM_EMAIL, match, name, part.host);
    return permitted && by_host.reason == RS_REASON_NOT_PERMITTED
               ? found(RS_FORM_EMAIL, name, RS_REASON_PERMITTED)
               : by_host;
}

rs_finding rs_check_email(const rs_stanza *stanza, rs_bytes mailbox)
{
    if (!rs_bytes_are_ascii(mailbox))
        return found(RS_FORM_EMAIL, mailbox, RS_REASON_BAD_CHARACTER);
    return check_mailbox(stanza, mailbox);
}

rs_finding rs_check_uri(const rs_stanza *stanza, rs_bytes uri)
{
    return check_host_of(stanza, RS_FORM_URI, uri);
}

static rs_finding check_host_bearing(const rs_stanza *stanza, const rs_other_name_type *type,
                                     rs_bytes value)
{
    rs_bytes text;
    rs_form form = rs_other_name_form(type);
    if (!rs_other_name_text(type, value, &text))
        return found(form, value, RS_REASON_UNDECODABLE);
    return form == RS_FORM_EMAIL ? check_mailbox(stanza, text) : check_host_of(stanza, form, text);
}

rs_finding rs_check_other_name(const rs_stanza *stanza, const rs_general_name *name)
{
    const rs_other_name_type *type = rs_other_name_type_of(name->type_id);
    if (type != NULL)
        return check_host_bearing(stanza, type, name->value);
    rs_reason reason = RS_REASON_UNRESTRICTED;
    if (rs_string_set_has(&stanza->other_names.exclude, name->type_id))
        reason = RS_REASON_EXCLUDED;
    else if (rs_string_set_has(&stanza->other_names.permit, name->type_id))
        reason = RS_REASON_PERMITTED;
    else if (stanza->flags & RS_STANZA_OTHERNAMES)
        reason = RS_REASON_NOT_PERMITTED;
    return found(RS_FORM_OTHERNAME, name->type_id, reason);
}

/* Does the set hold a prefix of the name, counted in RDNs, the empty one and the whole included? */
static bool has_prefix(const rs_string_set *set, rs_bytes canonical)
{
    size_t size = 0, step;
    do {
        if (rs_string_set_has(set, rs_bytes_make(canonical.p, size)))
            return true;
        step = rs_distinguished_name_rdn_size(rs_bytes_skip(canonical, size));
        size += step;
    } while (step != 0);
    return false;
}

rs_finding rs_check_directory_name(const rs_stanza *stanza, rs_bytes der)
{
    const rs_polar_strings *names = &stanza->distinguished_names;
    rs_bytes rdns;
    if (!rs_der_only(der, RS_DER_SEQUENCE, &rdns))
        return found(RS_FORM_DIRNAME, der, RS_REASON_UNDECODABLE);
    if (rdns.n == 0)
        return found(RS_FORM_DIRNAME, der, RS_REASON_IGNORED);
    if (!(stanza->flags & RS_STANZA_DIRNAMES) && names->exclude.count == 0)
        return found(RS_FORM_DIRNAME, der, RS_REASON_UNRESTRICTED);

    uint8_t buffer[RS_DISTINGUISHED_NAME_MAX];
    size_t length;
    if (!rs_distinguished_name_canonical(der, buffer, sizeof buffer, &length))
        return found(RS_FORM_DIRNAME, der, RS_REASON_UNDECODABLE);
    rs_bytes canonical = rs_bytes_make(buffer, length);
    rs_reason reason = RS_REASON_UNRESTRICTED;
    if (has_prefix(&names->exclude, canonical))
        reason = RS_REASON_EXCLUDED;
    else if (has_prefix(&names->permit, canonical))
        reason = RS_REASON_PERMITTED;
    else if (stanza->flags & RS_STANZA_DIRNAMES)
        reason = RS_REASON_NOT_PERMITTED;
    return found(RS_FORM_DIRNAME, der, reason);
}

rs_finding rs_check_organization(const rs_stanza *stanza, uint8_t string_tag, rs_bytes value)
{
    uint8_t buffer[COMMON_NAME_MAX];
    size_t length;
    if (!(stanza->flags & RS_STANZA_ORGANIZATIONS))
        return found(RS_FORM_ORGANIZATION, value, RS_REASON_UNRESTRICTED);
    if (!rs_directory_string_to_utf8(string_tag, value, buffer, sizeof buffer, &length))
        return found(RS_FORM_ORGANIZATION, value, RS_REASON_UNDECODABLE);
    length = rs_directory_string_fold(buffer, length);
    bool listed = rs_string_set_has(&stanza->organizations, rs_bytes_make(buffer, length));
    return found(RS_FORM_ORGANIZATION, value,
                 listed ? RS_REASON_PERMITTED : RS_REASON_NOT_PERMITTED);
}

/* What the `cn:` rules say; RS_REASON_UNRESTRICTED if none of them names it. */
static rs_reason by_common_name_rules(const rs_stanza *stanza, rs_bytes text)
{
    const rs_polar_strings *names = &stanza->common_names;
    uint8_t folded[COMMON_NAME_MAX];
    rs_bytes key = rs_bytes_make(folded, append_lower(folded, text));
    if (stanza->flags & RS_STANZA_CN_NONE || rs_string_set_has(&names->exclude, key))
        return RS_REASON_EXCLUDED;
    if (stanza->flags & RS_STANZA_CN_ANY || rs_string_set_has(&names->permit, key))
        return RS_REASON_PERMITTED;
    return RS_REASON_UNRESTRICTED;
}

typedef struct host_likeness {
    bool is_host_like; /* only characters of host names, or of their internationalised spelling */
    bool has_dot;
} host_likeness;

static host_likeness host_likeness_of(rs_bytes text)
{
    host_likeness like = {.is_host_like = text.n > 0};
    for (size_t i = 0; i < text.n; i++) {
        uint8_t c = text.p[i];
        like.has_dot |= c == '.';
        like.is_host_like &= c >= 0x80 || c == '.' || c == '*' || rs_ascii_is_label(c);
    }
    return like;
}

/*
 * Judges a common name that no `cn:` rule names by the host or address that it spells, if any;
 * `spelt` is it as it stands in `name`, empty if it stands there in other bytes.
 */
static rs_finding check_as_host(const rs_stanza *stanza, rs_bytes name, rs_bytes spelt,
                                rs_bytes text, bool has_dns_name)
{
    rs_ip_address address;
    rs_bytes bare = text; /* without a trailing dot */
    if (bare.n > 1 && bare.p[bare.n - 1] == '.')
        bare.n--;
    if (rs_ip_address_from_text_unmapped(bare, &address))
        return check_address(stanza, RS_FORM_CN, &address, name);
    host_likeness like = host_likeness_of(bare);
    /* `permit cn:` lines close the common name: then a bare word needs one beside a SAN too. */
    bool open = has_dns_name && stanza->common_names.permit.count == 0;
    if (!like.is_host_like || (!like.has_dot && open))
        return found(RS_FORM_CN, name, RS_REASON_IGNORED);
    rs_host_name host;
    rs_reason why;
    if (!rs_host_name_read(text, &host, &why))
        return found(RS_FORM_CN, name, why);
    rs_finding finding = check_host(stanza, RS_FORM_DNS, &host, name, spelt);
    finding.form = RS_FORM_CN;
    return finding;
}

rs_finding rs_check_common_name(const rs_stanza *stanza, uint8_t string_tag, rs_bytes value,
                                rs_common_name_use use)
{
    uint8_t utf8[COMMON_NAME_MAX];
    size_t length;
    if (use.is_issuer)
        return found(RS_FORM_CN, value, RS_REASON_IGNORED);
    if (!rs_directory_string_to_utf8(string_tag, value, utf8, sizeof utf8, &length))
        return found(RS_FORM_CN, value, RS_REASON_UNDECODABLE);
    length = rs_common_name_bare(rs_bytes_make(utf8, length)).n;
    for (size_t i = 0; i < length; i++)
        if (rs_ascii_is_control(utf8[i]))
            return found(RS_FORM_CN, value, RS_REASON_BAD_CHARACTER);
    rs_bytes text = rs_bytes_make(utf8, length);
    rs_reason by_rules = by_common_name_rules(stanza, text);
    if (by_rules != RS_REASON_UNRESTRICTED)
        return found(RS_FORM_CN, value, by_rules);
    if (use.ignored)
        return found(RS_FORM_CN, value, RS_REASON_IGNORED);
    rs_bytes spelt = rs_bytes_make(value.p, value.n < length ? 0 : length);
    if (!rs_bytes_equal(spelt, text))
        spelt.n = 0;
    return check_as_host(stanza, value, spelt, text, use.has_dns_name);
}
